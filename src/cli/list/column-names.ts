import type { ListColumn } from '../../supporters/export/format.ts'
import { plainWord } from '../../supporters/import/permissions/permission.ts'
import { nearestName } from './nearest.ts'

/*
 * Names that mail systems and Outlook give to columns, in the six languages and German. They stand here beside those of csv-columns.ts,
 * which the deployment needs too.
 */

const plain = (...names: string[]): string[] => names.map(plainWord)

const EMAIL = plain(
  ...['Adresse de messagerie', 'Adresse de courriel', 'Adresse courriel', 'Courrier électronique', 'Messagerie'],
  ...['Adresse de courrier électronique', 'Adresse électronique', 'Correo', 'Correo-e', 'Dirección de correo'],
  ...[
    'Dirección de correo electrónico',
    'Dirección de e-mail',
    'Dirección electrónica',
    'Адрес эл. почты',
    'Эл. адрес',
  ],
  ...[
    'Адрес почты',
    'Электронный адрес',
    'Адрес e-mail',
    'E-Post',
    'E-Mail-Adresse',
    'Mailadresse',
    'عنوان البريد الإلكتروني',
  ],
)
const LANGUAGES = plain(
  ...[
    'language',
    'languages',
    'lang',
    'preferred language',
    'preferred languages',
    'spoken language',
    'langue',
    'langues',
  ],
  ...[
    'langue parlée',
    'langues parlées',
    'langue souhaitée',
    'langues souhaitées',
    'langue préférée',
    'langue de contact',
  ],
  ...['langue de correspondance', 'langue maternelle', 'idioma', 'idiomas', 'idioma preferido', 'idiomas preferidos'],
  ...[
    'idioma hablado',
    'idiomas hablados',
    'idioma deseado',
    'lengua',
    'lenguas',
    'sprache',
    'sprachen',
    'bevorzugte Sprache',
  ],
  ...[
    'gesprochene Sprache',
    'gewünschte Sprache',
    'Korrespondenzsprache',
    'Muttersprache',
    'язык',
    'языки',
    'родной язык',
  ],
  ...[
    'язык общения',
    'язык рассылки',
    'предпочитаемый язык',
    'желаемый язык',
    'желаемые языки',
    'тіл',
    'тілі',
    'тілдер',
  ],
  ...['اللغة', 'لغة', 'اللغات', 'اللغة المفضلة'],
)
const COUNTRIES = plain(
  ...['country code', 'cc', 'nation', 'pays', 'pays de résidence', 'país', 'país de residencia', 'land', 'страна'],
  ...['страна проживания', 'ел', 'елі', 'البلد', 'الدولة', 'country of residence', 'Wohnsitzland', 'Staat'],
)

const CONSENT =
  '(?:consent|consentement|accord|consentimiento|acuerdo|autorizacion' +
  '|согласи[еяю]|einwilligung|zustimmung|einverstandnis|келісім|(?:ال)?موافقة)'
const LINK = '(?:the|of|de|du|d|del|l|la|le|el|der|des|на|получения|obtention|recueil|obtencion|ال)*'
const GIVEN =
  '(?:was)?(?:given|granted|recueillie?|donnee?|obtenue?|dado|otorgado|obtenido|получено|дано|erteilt|gegeben)?'
const WHERE =
  '(?:where|place|location|source|origin|lieu|endroit|origine|provenance|ou|lugar|origen|fuente|donde' +
  '|место|источник|где|ort|quelle|herkunft|wo|орны|مكان|مصدر)'
const WHEN = '(?:when|date|time|quand|jour|fecha|cuando|дата|когда|время|datum|zeitpunkt|wann|күні|تاريخ)'
const folded = (pattern: string) => new RegExp(pattern.normalize('NFKD').replace(/\p{M}/gu, ''), 'u')
const CONSENT_SOURCE = folded(`^(?:${WHERE}${LINK}${CONSENT}${GIVEN}|${CONSENT}s?${GIVEN}${WHERE})$`)
const CONSENT_AT = folded(`^(?:${WHEN}${LINK}${CONSENT}${GIVEN}|${CONSENT}s?${GIVEN}(?:${WHEN}|le|on|at|el|am|vom))$`)
const PLACE_ALONE = folded(`^(?:${WHERE})$`)
const OF_CONSENT = folded(CONSENT)

const NAMES: ReadonlyArray<readonly [ListColumn, readonly string[]]> = [
  ['email', EMAIL],
  ['locales', LANGUAGES],
  ['country', COUNTRIES],
]

/** Adds what the names of columns in other systems mean to those that are known already. Each is read once, as the first that fits. */
export function addOtherNames(cells: readonly string[], known: Array<ListColumn | null>): void {
  const words = cells.map(plainWord)
  const add = (as: ListColumn, fits: (word: string) => boolean) => {
    const at = words.findIndex((word, place) => known[place] === null && fits(word))
    if (at >= 0 && !known.includes(as)) known[at] = as
  }
  for (const [as, names] of NAMES) add(as, (word) => names.includes(word))
  add('consent_at', (word) => CONSENT_AT.test(word))
  add('consent_source', (word) => CONSENT_SOURCE.test(word))
  // a place alone may be anyone's town: it is where they agreed only beside a column that says when
  if (known.includes('consent_at')) add('consent_source', (word) => PLACE_ALONE.test(word))
}

/** What a column that is not understood probably holds, of the fields that are still open. */
export function nearestField<T extends string>(name: string, open: readonly T[]): T | undefined {
  const word = plainWord(name)
  const isOpen = (field: string): T | undefined => open.find((one) => one === field)
  const near = nearestName(name, open)
  if (near !== undefined && !OF_CONSENT.test(word)) return isOpen(near)
  const parts = name.split(/[^\p{L}\p{M}]+/u).map(plainWord)
  const says = (pattern: string) => parts.some((part) => folded(`^${pattern}$`).test(part))
  if (says(WHERE)) return isOpen('consent_source')
  if (OF_CONSENT.test(word)) return isOpen(says(WHEN) ? 'consent_at' : (near ?? 'consent_source'))
  const other = NAMES.find(([as, names]) => isOpen(as) !== undefined && isSlipOf(word, names))
  return other === undefined ? undefined : isOpen(other[0])
}

/** Whether a word is one of the names but for a letter or two. */
const isSlipOf = (word: string, names: readonly string[]): boolean =>
  nearestName(
    word,
    names.filter((name) => name.length >= SHORTEST_SLIP),
  ) !== undefined
/** Letters from which on a name with a slip is still known from another word. */
const SHORTEST_SLIP = 6
