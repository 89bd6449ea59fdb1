/** The campaign of the chaos test of letters: invented, with addresses of reserved domains. */

export const SLUG = 'chaos-quay'

/** Letters per hour to an addressee: high enough that the cap delays no letter. */
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

const words = (title: string, letter: string): string => `---
title: ${title}
summary: They stand outside.
subjects: { appeal: ${title} }
---

## Appeal

Come.

## Letter

${letter}
`

export const FILES = {
  'campaign.yaml': YAML,
  'en.md': words('Take them back', 'Please take the crew back.'),
  'ru.md': words('Верните их', 'Прошу вернуть экипаж.'),
}

/** An address that gets one letter from each writer, and its target. */
export type Desk = { target: string; address: string }

/** All addresses, in the order in which a writer's letters are numbered. */
export const DESKS: readonly Desk[] = [
  { target: 'director', address: 'director@quay.example' },
  { target: 'director', address: 'office@quay.example' },
  { target: 'minister', address: 'minister@state.example' },
  { target: 'owner', address: 'owner@quay.example' },
]
