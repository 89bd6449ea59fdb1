import { trimUnseen } from './characters.ts'

/**
 * The officially assigned codes of ISO 3166-1 alpha-2, and XK (Kosovo), which the EU, banks and CLDR use. `Intl` names
 * countries in any language but does not list them.
 */
const CODES =
  'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ ' +
  'CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR ' +
  'GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO ' +
  'JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR ' +
  'MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO ' +
  'RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV ' +
  'TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW'

export const COUNTRIES: readonly string[] = CODES.split(' ')

/** The codes of ISO 3166-1 alpha-3, in the order of `CODES`. Passports and many exports write them. */
const CODES_OF_THREE =
  'AND ARE AFG ATG AIA ALB ARM AGO ATA ARG ASM AUT AUS ABW ALA AZE BIH BRB BGD BEL BFA BGR BHR BDI BEN BLM BMU BRN ' +
  'BOL BES BRA BHS BTN BVT BWA BLR BLZ CAN CCK COD CAF COG CHE CIV COK CHL CMR CHN COL CRI CUB CPV CUW CXR CYP CZE ' +
  'DEU DJI DNK DMA DOM DZA ECU EST EGY ESH ERI ESP ETH FIN FJI FLK FSM FRO FRA GAB GBR GRD GEO GUF GGY GHA GIB GRL ' +
  'GMB GIN GLP GNQ GRC SGS GTM GUM GNB GUY HKG HMD HND HRV HTI HUN IDN IRL ISR IMN IND IOT IRQ IRN ISL ITA JEY JAM ' +
  'JOR JPN KEN KGZ KHM KIR COM KNA PRK KOR KWT CYM KAZ LAO LBN LCA LIE LKA LBR LSO LTU LUX LVA LBY MAR MCO MDA MNE ' +
  'MAF MDG MHL MKD MLI MMR MNG MAC MNP MTQ MRT MSR MLT MUS MDV MWI MEX MYS MOZ NAM NCL NER NFK NGA NIC NLD NOR NPL ' +
  'NRU NIU NZL OMN PAN PER PYF PNG PHL PAK POL SPM PCN PRI PSE PRT PLW PRY QAT REU ROU SRB RUS RWA SAU SLB SYC SDN ' +
  'SWE SGP SHN SVN SJM SVK SLE SMR SEN SOM SUR SSD STP SLV SXM SYR SWZ TCA TCD ATF TGO THA TJK TKL TLS TKM TUN TON ' +
  'TUR TTO TUV TWN TZA UKR UGA UMI USA URY UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM XKX YEM MYT ZAF ZMB ZWE'

/** Codes that mean one country and nothing else: other habits (UK, EL), reserved codes, and names of earlier years. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ...CODES_OF_THREE.split(' ').map((three, at) => [three, COUNTRIES[at] ?? ''] as const),
  ['UK', 'GB'],
  ['EL', 'GR'], // the European Union's code
  ['AC', 'SH'],
  ['TA', 'SH'],
  ['BU', 'MM'],
  ['DD', 'DE'],
  ['FX', 'FR'],
  ['TP', 'TL'],
  ['VD', 'VN'],
  ['YD', 'YE'],
  ['ZR', 'CD'],
])

const KNOWN: ReadonlySet<string> = new Set(COUNTRIES)

/**
 * The country code (ISO 3166-1 alpha-2) that a text means, in capitals; undefined if it is no code. The one rule for
 * forms, campaign files, audiences and imports. Full stops (“U.K.”), full-width letters and invisible characters around it do not matter.
 */
export function countryOf(typed: string): string | undefined {
  const code = trimUnseen(typed).normalize('NFKC').toUpperCase().replace(/\./g, '')
  return KNOWN.has(code) ? code : ALIASES.get(code)
}

/** The country that a code or a name in one of several languages means; undefined if it is neither. */
export const countryNamed = (typed: string): string | undefined =>
  countryOf(typed) ?? knownNames().find(({ name }) => name === lettersOf(typed))?.code

/** Languages in which a suggestion recognises the name of a country. */
const NAME_LANGUAGES = ['en', 'ru', 'fr', 'es', 'kk', 'ar', 'de', 'pt', 'tr', 'uk']
/** Most characters of a wrong code that are compared: the longest name of a country has about as many. */
const MAX_COMPARED_CHARS = 60
const EXPECTED = 'expected a country code of ISO 3166-1, such as KZ'

/** What was expected instead of a text that is no country code, with the nearest country by code, language or name. */
export function countryAdvice(typed: string): string {
  const wanted = lettersOf(typed.slice(0, MAX_COMPARED_CHARS))
  if (wanted === '') return EXPECTED
  const code = nearestCountry(wanted)
  const name = new Intl.DisplayNames(['en'], { type: 'region' }).of(code)
  return `${EXPECTED}; did you mean ${code} (${name})?`
}

/** The country whose name contains the text, else whose language has this code, else with the most similar name or code. */
function nearestCountry(wanted: string): string {
  let names = knownNames()
  if ([...wanted].length > 3) {
    const holds = names.find(({ name }) => name === wanted) ?? names.find(({ name }) => name.includes(wanted))
    if (holds !== undefined) return holds.code
  } else {
    const spoken = /^[a-z]{2,3}$/.test(wanted) ? new Intl.Locale(wanted).maximize().region : undefined
    if (spoken !== undefined && KNOWN.has(spoken)) return spoken
    names = COUNTRIES.map((code) => ({ code, name: code.toLowerCase() }))
  }
  const ranked = names.map(({ code, name }) => ({
    code,
    far: distance(wanted, name) / name.length + (name[0] === wanted[0] ? 0 : 0.1),
  }))
  return ranked.reduce((best, one) => (one.far < best.far ? one : best)).code
}

type NamedCountry = { code: string; name: string }
let known: NamedCountry[] | undefined

/** The names of all countries, made once: some thousand calls of `Intl`. */
function knownNames(): NamedCountry[] {
  known ??= NAME_LANGUAGES.flatMap((language) => {
    const names = new Intl.DisplayNames([language], { type: 'region' })
    return COUNTRIES.map((code) => ({ code, name: lettersOf(names.of(code) ?? code) }))
  })
  return known
}

const lettersOf = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')

/** Levenshtein distance: the fewest letters to add, drop or change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
