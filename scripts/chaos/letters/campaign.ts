/** What is written about in a crash test over letters, and to whom: invented, at addresses that no mail reaches. */

export const SLUG = 'chaos-quay'

/** As many as anybody asks for: what is tested is not the caps. */
const PER_HOUR = 360_000

const YAML = `slug: ${SLUG}
invented: true
status: open
opened: 2026-03-01
country: NO
topics: [transport]
goal: { letters: 100 }
targets:
  - id: director
    role: { en: Director of the quay, ru: Директор причала }
    locale: ru
    salutation: { en: Dear Director, ru: Уважаемый директор }
    channels: { email: [director@quay.example, office@quay.example] }
    ladder: [each]
    caps: { perHour: ${PER_HOUR} }
  - id: minister
    role: Minister
    locale: ar
    salutation: { en: Dear Minister, ar: السيد الوزير }
    channels: { email: [minister@state.example] }
    ladder: [each]
    caps: { perHour: ${PER_HOUR} }
  - id: owner
    role: Owner
    locale: en
    salutation: Dear Owner
    channels: { email: [owner@quay.example] }
    ladder: [each]
    caps: { perHour: ${PER_HOUR} }
`

const words = (title: string, letter: string): string =>
  `---\ntitle: ${title}\nsummary: They stand outside.\nsubjects: { appeal: ${title} }\n---\n\n## Appeal\n\nCome.\n\n## Letter\n\n${letter}\n`

export const FILES = {
  'campaign.yaml': YAML,
  'en.md': words('Take them back', 'Please take the crew back.'),
  'ru.md': words('Верните их', 'Прошу вернуть экипаж.'),
}

export type Desk = { target: string; address: string }

/** In the order in which a writer's letters are made, and numbered. */
export const DESKS: readonly Desk[] = [
  { target: 'director', address: 'director@quay.example' },
  { target: 'director', address: 'office@quay.example' },
  { target: 'minister', address: 'minister@state.example' },
  { target: 'owner', address: 'owner@quay.example' },
]
