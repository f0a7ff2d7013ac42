"""Which diseases cost several times as much when they turn severe, meet other diseases, or strike the very young.

Demonstration values, in the manner of severity levels: a stay's cost is multiplied by its level's factor and divided
by about the mean factor, so that a disease's mean cost stays what the catalogue says.
"""

# Factor of a stay with a failing organ, shock or sepsis among the other diagnoses, and with a lesion of a vital organ.
BY_SEVERITY = {
    "J18.900": (6.0, 1.7), "J15.900": (6.0, 1.6), "J12.900": (6.0, 1.6), "I63.900": (5.5, 1.5), "I50.900": (5.5, 1.5),
    "K85.900": (6.5, 1.6), "J44.100": (5.5, 1.5), "N39.000": (6.5, 1.6), "A09.900": (6.0, 1.6),
    "K92.200": (5.5, 1.5), "I61.900": (4.5, 1.3), "E11.200": (5.5, 1.5),
    "P07.100": (5.0, 1.5), "P07.300": (5.5, 1.5), "P23.900": (6.0, 1.6), "L30.900": (6.0, 1.5), "J20.900": (6.0, 1.7),
}
# Factor by comorbidity index: none, 1 or 2, 3 or 4, 5 and over.
BY_COMORBIDITY = {"E11.900": (1.0, 2.3, 5.5, 9.0), "I10.x05": (1.0, 2.3, 5.5, 9.0), "I25.103": (1.0, 2.2, 5.0, 8.0),
                  "M47.900": (1.0, 2.3, 5.5, 9.0), "I69.300": (1.0, 2.2, 5.0, 8.0)}
BY_INFANCY = {"J18.000": 4.2, "J06.900": 4.2}  # factor under one year of age
COMPLICATIONS = ("A41.900", "J96.900", "R57.200", "N17.900")
COMPLICATED_SHARE = 0.11  # of the stays of BY_SEVERITY, on top of what age and frailty bring
SEVERE_SHARE, MODERATE_SHARE = 0.18, 0.25  # about, for the mean factor
COMORBID_MEAN, INFANT_SHARE = 2.0, 0.25
