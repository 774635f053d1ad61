"""First names that many people have, in several languages, in lower case and without accents."""

from __future__ import annotations

FIRST_NAMES = frozenset(
    """
    adam adrien agnes ahmed alain albert alejandro alex alexander alexandre alice alina aline
    amanda amelie amina ana anders andrea andreas andrew angela anh anita anja anna anne
    annette anthony antoine anton antonio arnaud arthur astrid audrey aurelie barbara beatrice
    ben benjamin bernard bernd binh birgit brian brigitte bruno camille carla carlos carmen
    caroline catherine cecile celine charles charlotte chi chloe chris christian christiane
    christine christophe claire clara claude claudia daniel daniela david delphine denis diana
    didier diego dieter dominique duc dung edward elena elias elise elizabeth ella emily emma
    emmanuel eric erik ernst eva fabien fatima felix florence florian francesco francis franck
    francois francoise frank franz fred frederic gabriel gabriele george gerard gerd giang
    giovanni giulia guillaume gunter ha hai hang hannah hans hassan heidi heike helen helene
    helga henri henry herve hien hieu hoa hoang holger hong hugo hung huong huy ibrahim ines
    ingrid isabelle jack jacques jakob james jan jane javier jean jennifer jens jeremy jessica
    joachim joanna joao johan johannes john jonas jonathan jorge jose joseph juan julia julie
    julien jurgen karen karim karin karl katharina katja katrin kevin khalid khanh klaus lan
    lars laura laure laurent lea leila leo leon liam linda linh lisa long louis louise luca
    lucas lucie luis lukas mai malik manuel marc marcel marco margaret maria marie marina
    mario mark markus marta martin martina mary mathieu matthew matthias maurice max maxime
    mehdi melanie mia michael michel michelle miguel minh mohamed mohammed monica monika
    morgane muhammad nadia nadine nam nancy natalie nathalie ngoc nguyen nhung nicolas nicole
    nina noah nora olga olivia olivier oscar paola pascal patricia patrick paul paula pauline
    pedro peter petra philip philippe phuong pierre quan quang rachel rainer ralf raphael
    rebecca regine renate richard robert roberto romain rosa ruth sabine sabrina sally sam
    samuel sandra sara sarah sebastian sebastien silke silvia simon simone sofia son sonia
    sophia sophie stefan stefanie stephane stephanie stephen steve steven susan susanne sven
    sylvie tam tanja teresa thanh thao theo thi thierry thomas thu thuy tim timo tobias tom
    tran trang trung tuan tung udo ulrich ursula ute uwe valerie van vanessa veronique victor
    viet vincent virginie vu walter werner wilhelm william wolfgang xavier xuan yann yasmine
    yves yvonne
    """.split()
)
