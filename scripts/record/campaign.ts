/** A campaign that the recording publishes, with features that the bundled ones lack: contacts in Cc, and names with an end date. */

const YAML = `slug: quay
status: open
opened: 2026-03-01
country: NO
topics: [transport]
goal: { letters: 100 }
moderators:
  - { email: moderator.ru@example.org, locale: ru }
  - { email: moderator.kk@example.org, locale: kk }
organisations:
  - { id: union, role: workers, name: Dockers of the Quay }
  - { id: port, role: employer, name: The Port }
targets:
  - id: director
    role: { en: Director of the quay, ru: Директор причала }
    organisation: port
    locale: ru
    salutation: { en: Dear Director, ru: Уважаемый директор }
    channels: { email: [director@quay.example, office@quay.example] }
    ladder: [own-mailbox, each]
    caps: { perHour: 30 }
  - id: minister
    role: Minister
    locale: ar
    salutation: { en: Dear Minister, ar: السيد الوزير }
    channels: { email: [minister@state.example] }
    ladder: [digest]
    gathered: week
    zone: Europe/Oslo
  - id: owner
    role: Owner
    locale: en
    salutation: Dear Owner
    channels: { email: [owner@quay.example], post: [Quay 1, Exampletown], fax: ['+47 555 0101'], web: ['https://quay.example/'] }
    ladder: [own-mailbox, paper]
copies:
  - { id: deputy, name: A deputy, locale: en, channels: { email: [deputy@state.example] } }
  - { id: press, name: The press, by: cc, channels: { email: [press@paper.example] } }
support:
  - { id: crew, name: { en: The crew, ru: Экипаж }, locale: ru, channels: { email: [crew@quay.example] } }
people:
  - { id: anna, naming: named, as: Anna Quayside, role: crane driver, agreed: { by: herself, on: 2026-11-01 }, until: 2027-06-01 }
`

const words = (title: string, appeal: string, letter: string): string => `---
title: ${title}
summary: They stand outside.
subjects: { appeal: '${title}!', updates: { 2026-11-29: '${title}: news' } }
demands: [Take them back]
---

## Appeal

${appeal} **Come** and [read](https://example.org/).

## Background

A quay.

## Letter

${letter}

## Support

Write two lines.

## Update 2026-11-29 They are back at the gate

Twenty of them stood there.
`

export const QUAY: Readonly<Record<string, string>> = {
  'campaign.yaml': YAML,
  'en.md': words('Take them back', 'Come.', 'Please take the crew back.'),
  'ru.md': words('Верните их', 'Приходите.', 'Прошу вернуть экипаж.'),
}

/** QUAY with texts of campaign.yaml replaced. @throws Error if campaign.yaml does not contain a text */
export function quayWith(...changes: ReadonlyArray<readonly [from: string, to: string]>): Record<string, string> {
  const yaml = changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`found no “${from}” in the recording's campaign.yaml`)
    return text.replace(from, to)
  }, YAML)
  return { ...QUAY, 'campaign.yaml': yaml }
}
