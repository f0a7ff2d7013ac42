"""A person's bills are put together by an engine that a process keeps: what somebody else asked before, or asks at once, changes nothing."""
from concurrent.futures import ThreadPoolExecutor
from datetime import date


def test_claims_are_the_same_whoever_asked_before_and_at_once(small_year):
    from sanyi.runs import person_claims as own
    from sanyi.runs.packs import open_plan
    from sanyi.runs.results import Results
    results, other = Results(small_year / "results"), Results(small_year / "results")
    plan, others = (open_plan(name, "region-demo").on(date(2020, 12, 31)) for name in ("haikou-2018", "haikou-2018"))
    bills = results.grouped("settlements", ["resident_id"])
    people = [row["resident_id"] for row in sorted(bills, key=lambda row: (-row["row_count"], row["resident_id"]))[:6]]

    def alone(person: str):
        own._engine.cache_clear(), own._OF_THE_REGION.clear()
        return own.person_claims(other, others, person)

    fresh = {person: alone(person) for person in people[:3]}
    asked = [*people, "nobody", *people]
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda person: own.person_claims(results, plan, person), asked))
    assert said[:6] == said[7:] and {person: said[place] for place, person in enumerate(people[:3])} == fresh
    assert all(claims and {row["resident_id"] for row in claims} == {person} for person, (claims, _) in zip(people, said)) and said[6] == ([], [])
    counts = {row["resident_id"]: row["row_count"] for row in bills}
    assert [len(claims) for claims, _ in said[:6]] == [counts[person] for person in people]
