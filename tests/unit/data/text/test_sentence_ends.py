import pytest

from data.text.sentence_ends import is_title, sentence_ends


def parts(block):
    ends = [*sentence_ends(block), len(block)]
    return [block[start:end].strip() for start, end in zip([0, *ends], ends, strict=False)]


@pytest.mark.parametrize(
    "sentences",
    [
        # titles before names
        ["Pfc. Ann Orr and Amb. Lee Ito met.", "They left."],
        [
            "Gens. Orr and Ito, Sens. Doe and Ray, Reps. Fry and Cole left.",
            "So did Drs. Ash and Poe.",
        ],
        ["Atty. Gen. Doe, Brig.-Gen. Orr and Maj.Gen. Ito came.", "Det. Ray did not."],
        ["Pres. Orr met 2nd Lt. Ito, Rt. Rev. Ash and Flt. Lt. Poe.", "He wept."],
        ["GEN. ORR LEFT.", "REBELS CAME."],
        ["Gen. He spoke for Ptr. Ito and Gen. al-Orr.", "He left."],
        ["Col. (ret.) Orr came.", "Gen. “Mad Dog” Ito left."],
        # acronyms, at an end and before a name
        ["He came home to the U.S.", "They were tired of the U.N.", "But he was not."],
        ["The arms came from the U.A.E.", "Officials denied it."],
        ["He was held in Washington, D.C.", "Police found a gun in Boston, Mass.", "It was his."],
        ["He left the E.U.", "“We know,” she said."],
        ["The U.S. Army and the U.N. Security Council met in L.A. Monday.", "They left."],
        ["Attack on U.S. Troops in Oru Kills Two"],
        ["U.S. And China Agree on Trade"],
        ["U.S. TROOPS LEAVE ORU"],
        ["Mobile, Ala. (WRE) — Two died.", "ORU, Mich. — Two died."],
        ["J. K. Orr and A.B. Ito took plan B.", "They had no plan C.", "It failed."],
        ["She has a Ph.D. from Yale.", "He has an M.A.", "They met."],
        # other abbreviations, numbers and hours
        ["It sold to Acme Inc.", "The firm denied it.", "Acme Inc. Chairman Orr did too."],
        ["No. 5 fled to No. 10 Main St.", "Nobody knew.", "No.", "He lied."],
        ["Art. 5, Res. 22 and Rs. 500 were cited, e.g. Oru vs. Ito.", "That was on Sept. 3."],
        ["It began at 6 p.m.", "A shell fell.", "It ended at 7 P.M. EST."],
        ["It rose to 3.5 in 2014.", "107 mm shells fell."],
        # footnotes
        ["Ten died.[1]", "Two fled.[12][13]", "None spoke.[citation needed]", "It ended."],
        [
            "Ten died.¹",
            "Two fled.*",
            "None spoke.(1)",
            "It ended.2",
            "He left. [3]",
            "Why?[4]",
            "So.",
        ],
        ["Ten died.[4]: 33–35", "Two fled.[5]:7", "It ended."],
        ["He drove to Dover, Del.", "They waited.", "Tech. Sgt. Amy Hay fired.", "They left."],
        ["They fear Big Tech.", "They fled."],
        ["Del. Eve Stone left.", "The plan came from the E.U.", "Ministers meet today."],
        ["“We left.”[1]", "Ten died[2].", "See No.1 and Oct.7 there."],
        # links, addresses, handles
        ["See https://www.example.org.", "Aid groups may apply at example.org/a.", "It is free."],
        ["The film is on example.com.", "Write to info@example.org.", "Follow @army.", "It posts."],
        ["It is over.", "https://example.org says so."],
        # pauses, dialogue, other scripts
        ["He said... nothing.", "He waited...", "Nobody came."],
        ["“Go…” he said.", "“Why?” Ann Orr asked.", "“Go!”", "He ran."],
        ["– Where?", "– Home.", "It fell.", "al-Orr claimed it."],
        ["The envoys met; Oru did not come; 12 left."],
        ["What?!", "No!!", "He left . . . the town."],
        ["The army (it has 300 men. They are poor.) left.", "(It came back.)", "So."],
        ["Он ушёл.", "А. С. Орр остался?", "Да."],
        ["غادر الجيش.", "لماذا؟", "نعم."],
        ["they came.", "they left."],
    ],
)
def test_parts_where_a_reader_would(sentences):
    assert parts(" ".join(sentences)) == sentences


@pytest.mark.parametrize(
    ("block", "sentences"),
    [
        ("军队走了。他们来了！为什么？", ["军队走了。", "他们来了！", "为什么？"]),
        ("「走吧。」他说。他们走了。", ["「走吧。」他说。", "他们走了。"]),
        ("The army left.The rebels came.", ["The army left.", "The rebels came."]),
        ("It is on Example.Com and v2.Beta now.", ["It is on Example.Com and v2.Beta now."]),
        ("“We left,”he said.“We ran.”", ["“We left,”he said.", "“We ran.”"]),
        ("Ten died.[1]Two fled.", ["Ten died.[1]", "Two fled."]),
        ("They left.\u200e \u200bThey came.", ["They left.", "\u200e \u200bThey came."]),
        ("“Why?”, he asked. It was 5.", ["“Why?”, he asked.", "It was 5."]),
    ],
)
def test_parts_without_a_blank(block, sentences):
    assert parts(block) == sentences


def test_titles():
    assert is_title("He met Brig. Gen.") and is_title("mrs.") and is_title("met LT.")
    assert not is_title("He met a general.") and not is_title("Gen") and not is_title("")
