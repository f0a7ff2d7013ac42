"""The bands a scheme may give, in words."""

BAND = {
    "excellent": ("好", "excellent"), "good": ("较好", "good"),
    "fair": ("一般", "fair"), "poor": ("差", "poor"),
}
STAGE = {
    "quarter_1": ("一季度监测", "first quarter"), "quarter_3": ("三季度监测", "third quarter"),
    "half_year": ("半年评估", "half-year"), "year_end": ("年终考核", "year-end"),
}
GATE = {
    "political_quality": ("政治素质考核", "political quality"), "party_building": ("党建工作成效考核", "party building"),
}
VETO = {
    "hospital_outbreak": ("院内聚集性疫情", "outbreak inside the hospital"),
    "major_medical_accident": ("重特大医疗事故", "major medical accident"),
    "major_safety_accident": ("重特大安全生产事故", "major safety accident"),
    "major_fire": ("重特大消防安全事故", "major fire"),
    "major_public_opinion": ("重大舆情事件", "major public-opinion event"),
}
