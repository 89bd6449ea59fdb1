/**
 * Top-level domains, in lower case and in Unicode. Source: data.iana.org/TLD/tlds-alpha-by-domain.txt, as the npm package `tlds` 1.261.0
 * has it (MIT), without those of brands and rare ones. A domain that is added later is not known until this list is made again.
 */
export const TOP_LEVEL_DOMAINS: ReadonlySet<string> = new Set(
  `
ac academy accountants ad adult ae aero af ag agency ai al am ao app aq ar army art as asia at attorney au auction audio auto aw
ax az ba band bank bar bb bd be beauty beer best bet bf bg bh bi bid bike bingo bio biz bj black blog blue bm bn bo boutique br bs
bt builders business buzz bv bw by bz ca cab cafe camera camp capital car cards care careers cars cash casino cat cc cd center cf
cg ch charity chat cheap church ci city ck cl claims cleaning click clinic clothing cloud club cm cn co coach codes coffee com
community company computer consulting contact cool coop coupons courses cr credit cu cv cw cx cy cz dance date dating de deals
degree delivery dental design dev diamonds digital direct directory discount dj dk dm do dog domains download dz earth ec eco edu
education ee eg email energy engineer engineering enterprises er es estate et eu events exchange expert express fail family fan
fans farm fashion fi finance financial fish fit fitness fj fk flights flowers fm fo foo football forex forsale forum foundation fr
fun fund furniture fyi ga gallery game games garden gb gd ge gf gg gh gi gift gifts gives giving gl glass global gm gmbh gn gold
golf gov gp gq gr graphics gratis green group gs gt gu guide guitars guru gw gy hair haus health healthcare help hk hm hn holdings
holiday homes hospital host hosting house hr ht hu icu id ie il im immo in inc industries info ink institute insure int
international investments io iq ir irish is it je jewelry jm jo jobs jp ke kg kh ki kim kitchen km kn kp kr kw ky kz la land law
lawyer lb lc lease legal li life lighting limited limo link live lk llc loan loans lol love lr ls lt ltd lu lv ly ma makeup
management market marketing markets mba mc md me media meet meme memorial men menu mg mh mil mk ml mm mn mo mobi moda moe mom
money monster mortgage mov movie mp mq mr ms mt mu museum mv mw mx my mz na name navy nc ne net network new news nf ng ngo ni
ninja nl no now np nr nu nz observer om ong online ooo org organic pa page partners parts party pe pet pf pg ph phd photo
photography photos pics pictures pink pizza pk pl place plus pm pn poker porn post pr press pro productions promo properties
property protection ps pt pub pw py qa racing re realty recipes red rehab rent rentals repair report rest restaurant review
reviews rip ro rocks rs ru run rw sa sale salon sarl sb sc school science sd se security services sex sexy sg sh shoes shop
shopping show si singles site sj sk ski sl sm sn so soccer social software solar solutions space sport sr srl ss st storage store
stream studio study style su sucks supplies supply support surf surgery sv sx sy systems sz tattoo tax taxi tc td team tech
technology tel tennis tf tg th theater tickets tips tires tj tk tl tm tn to today tools top tours town toys tr trade trading
training travel tt tube tv tw tz ua ug uk university uno us uy uz va vacations vc ve ventures vermögensberater vermögensberatung
vet vg vi viajes video villas vip vision vn vodka vote voto voyage vu wang watch webcam website wedding wf wiki win wine work
works world ws wtf xxx xyz yachts ye yoga yt za zip zm zone zw ελ ευ бг бел дети ею католик ком мкд мон москва онлайн орг рус рф
сайт срб укр қаз հայ ישראל קום ابوظبي ارامكو الاردن البحرين الجزائر السعودية العليان المغرب امارات ایران بارت بازار بيتك بھارت
تونس سودان سورية شبكة عراق عرب عمان فلسطين قطر كاثوليك كوم مصر مليسيا موريتانيا موقع همراه پاکستان ڀارت कॉम नेट भारत भारतम् भारोत
संगठन বাংলা ভারত ভাৰত ਭਾਰਤ ભારત ଭାରତ இந்தியா இலங்கை சிங்கப்பூர் భారత్ ಭಾರತ ഭാരതം ලංකා คอม ไทย ລາວ გე みんな アマゾン クラウド グーグル コム ストア セール
ファッション ポイント 世界 中信 中国 中國 中文网 亚马逊 企业 佛山 信息 健康 八卦 公司 公益 台湾 台灣 商城 商店 商标 嘉里 嘉里大酒店 在线 大拿 天主教 娱乐 家電 广东 微博 慈善 我爱你 手机 招聘 政务 政府 新加坡 新闻 时尚 書籍
机构 淡马锡 游戏 澳門 点看 移动 组织机构 网址 网店 网站 网络 联通 谷歌 购物 通販 集团 電訊盈科 飞利浦 食品 餐厅 香格里拉 香港 닷넷 닷컴 삼성 한국
`
    .trim()
    .split(/\s+/),
)
