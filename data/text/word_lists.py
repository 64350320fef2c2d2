"""Lists of English words that rules about text need. Case counts.

The first are abbreviations and what may follow them, for `sentence_ends`; the last short names, for
`gazetteer`.
"""

from __future__ import annotations


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Before a name, so never at an end: ranks, offices, forms of address, parts of place names.
TITLES = _listed("""
    Abp Adj Adjt Adm Adms Adv Ald Alh Amb Ambs Amn Arch Assoc Asst Atty Attys Av Barr Bp Br Brig
    Bro Bvt Capt Capts Card Cdr Cdre Cdrs Chf Chmn Cllr Cllrs Cmdr Cmdrs Cmdt Cnel Col Cols
    Comdr Comdt Comm Commr Cong Cons Const Cpl Cpls Cpt Cpts CSgt Csm Dep Det Dets Dir Dr Dra
    Drs EE Eng Engr Ens Flt Fmr Fr Ft Gen Gens Gov Govs Gp Gral Hj Hon Hons Hr Ing Insp Insps
    Lcdr Lcpl Ldr Lic Lieut Lt Ltc Lts Maj Majs Messrs Mgr Mlle Mlles Mme Mmes Mohd Mons Mr Mrs
    Ms Msgr Msgrs MSgt Mstr Mt Mts Muh Mx Pfc Pfcs Pol Pres Prof Profs Pte Ptes Pvt Pvts Rep
    Reps Ret Retd Rev Revd Revds Revs Rsm Rt Secy Sen Sens Sfc Sgm Sgt Sgts Shk Smt Spc Spec
    Spkr Sqn Sra Sres Srta SSgt Ste Supt Supts TSgt Tte Ust Ven Wg""")
# Those that are no words of their own in small letters.
SMALL_TITLES = _listed("""
    adm amb capt cmdr col cpl dr gen gov insp lt maj messrs mr mrs ms pfc prof pvt rev sen sgt
    supt""")
# Bound to what follows, whatever it is.
LINKING = _listed("a.k.a aka ca cf e.g eg esp excl fmr i.e ie incl viz vs")
# Bound to a number that follows.
NUMBERED = _listed("""
    App app approx Approx Apr Apt Art art Arts arts Aug Bldg Ca ch Ch Chap chap Cl Dec Est est
    Ex ext Ext Feb Fig fig figs Figs Hwy Jan Jul Jun Mar Mk mk no No nos Nos Nov Nr Oct Op p Par
    par Para para Paras paras pp pt Pt Pts pts Reg Res res Rm Rs Rte sec Sec Secs sect Sect Sep
    Sept Ser tel Tel Vol vol Vols vols""")
# At an end or before a name: what follows decides.
OPEN = _listed("""
    Apr Aug Dec Feb Jan Jul Jun Mar Nov Oct Sep Sept Fri Mon Sat Sun Thu Thur Thurs Tue Tues Wed
    Ave Bde Bldg Blvd Bn Bros Cia Cie Co Corp Coy Ct Dept Depts Dist Div Esq Govt Inc Intl Jr Ltd Md
    Nat Natl Pl Pty Rd Regt Sec Sq Sr St Sta Sts Univ al approx assn bros co corp dept est ft govt
    hr hrs inc intl kg km lb lbs max mi min mins mm oz sec secs sq yd yds yr yrs Del Tech""")
# The same after a town and a comma.
STATES = _listed("""
    Ala Alta Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Kans Ky La Man Mass Mich Minn Miss Mo
    Mont Neb Nev Okla Ont Ore Pa Penn Que Sask Tenn Tex Va Vt Wash Wis Wyo""")

# What opens a sentence and is in no name that an abbreviation begins: "the U.S. They", not
# "the U.S. Army". First words that only join or count, then such as are said of people and things.
STARTERS = _listed("""
    A About According Across Actually After Afterwards Again Against All Almost Along Already Also
    Although Always Amid Among An And Another Any Anybody Anyone Anything Apparently Are Around As
    Aside Asked At Away Back Because Before Behind Below Beside Besides Between Beyond Both But By
    Clearly Could Despite Did Does Due During Each Earlier Eight Eighteen Eighty Either Eleven
    Elsewhere Even Eventually Ever Every Everybody Everyone Everything Few Fewer Fifteen Fifty
    Finally Five For Forty Four Fourteen From Further Given Had Half Has Have He Hence Her Here Hers
    Him His How However If In Indeed Initially Inside Instead Into Is It Its Just Last Late Later
    Less Like Many Maybe Meanwhile Might More Moreover Most Mostly Mr Mrs Ms Much My Nearly Neither
    Never Nevertheless Next Nine Nineteen Ninety No Nobody None Nonetheless Nor Not Nothing Now Of
    Often On Once One Only Or Other Others Otherwise Our Outside Over Overall Overnight Perhaps
    Previously Quite Rather Recently Reportedly Roughly Seven Seventeen Seventy Several She Shortly
    Should Since Six Sixteen Sixty So Some Somebody Someone Something Sometimes Soon Speaking Still
    Such Suddenly Ten Than That The Their Them Then There Thereafter Therefore These They Thirteen
    Thirty This Those Though Three Through Throughout Thus To Today Together Tomorrow Tonight Too
    Twelve Twenty Two Under Unless Unlike Until Upon Usually We Were What Whatever When Where
    Whereas Whether Which While Who Whoever Whom Whose Why With Within Without Would Yesterday Yet
    You Your""")
SUBJECTS = _listed("""
    Activists Agents Aides Aircraft Airstrikes Allies Analysts Arrests Artillery Attackers Attacks
    Authorities Bombs Bullets Bystanders Casualties Children Civilians Clashes Colleagues Commanders
    Conditions Critics Crowds Defenders Demonstrators Deputies Detectives Diplomats Doctors Dozens
    Drivers Drones Envoys Evidence Experts Explosions Families Farmers Fighters Fighting
    Firefighters Friends Guards Gunfire Gunmen Helicopters Hospitals Hostages Hundreds Insurgents
    Investigators Jets Journalists Lawmakers Lawyers Leaders Locals Medics Members Men Militants
    Militiamen Millions Missiles Mourners Negotiators Neighbors Neighbours Nurses Observers Officers
    Ministers Officials Opponents Organisers Organizers Parents Passengers Pilots Police Policemen
    Politicians Prisoners Prosecutors Protesters Protests Rebels Refugees Relatives Reporters
    Rescuers Residents Rioters Rockets Schools Scores Shells Shops Shots Snipers Soldiers Sources
    Spokesmen Students Supporters Survivors Suspects Talks Tanks Teachers Tens Tensions Terrorists
    Thousands Traders Troops Victims Villagers Violence Voters Warplanes Witnesses Workers""")
# Starters that are names of people too, as in "J. So".
NAMELIKE = _listed("An He Her Him In Is Like On So Ten Than To Too You")
# Words that headlines leave small: where a text has no others, its capitals say nothing.
SMALL_IN_HEADLINES = _listed("""
    a after an and as at by for from in into near nor of off on or over per so than the to up via
    vs with""")

# Words of up to three letters that capitals make look like an acronym: WHERE IS THE AID.
ORDINARY = _listed("""
    act add age ago aid aim air all am an and any are arm art as ask at ate bad ban bar be bed big
    bit box boy bus but buy by can car cat cop cup cut day did die do due eat end era eye far fed
    few fit fix fly for fun gas get go got gun guy had has hat he her hey him his hit hot how if ill
    in is it its jam jet job key kid law lay led let lie lot low mad man map may me men met mob my
    net new no nor not now odd of off oil ok old on one or our out own pay per put ran raw red rid
    row run sad sat saw say sea see set she sir sit six so son tax ten the tie tip to too top toy
    try two up us use via war was way we wet who why win won yes yet you""")
# What stands before the sign of a dollar.
CURRENCIES = _listed("A AU BB BZ C CA CAN FJ HK J NT NZ R S SG TT TW U.S. US Z")
