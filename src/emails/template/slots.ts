import type { Email } from '../message.ts'

/** Kind of a slot's value: a line of text, several lines, a list of lines, a link's URL, or links, each with a label on the line before. */
export type SlotKind = 'text' | 'lines' | 'list' | 'url' | 'links'

const BULK = { greeting: 'text', note: 'text', noteLang: 'text', noteDir: 'text', unsubscribe: 'url' } as const

/**
 * Slots of each e-mail. `confirm`, `letter` and `voice` contain no text from the sender, because anybody can enter another
 * person's address. `receipt` and `returned` may contain text, because their mailbox is confirmed.
 * `moderate` contains no unread submission.
 */
const SLOTS = {
  confirm: { confirm: 'url', noMore: 'url' },
  welcome: { greeting: 'text', unsubscribe: 'url' },
  appeal: BULK,
  update: BULK,
  correction: BULK,
  goodbye: { back: 'url' },
  'my-data': { preferences: 'url', export: 'url', erase: 'url' },
  letter: { confirm: 'url', noMore: 'url' },
  receipt: { outcome: 'list', letters: 'lines' },
  returned: { outcome: 'lines', words: 'lines' },
  news: { outcome: 'lines', stop: 'url' },
  voice: { confirm: 'url', noMore: 'url' },
  moderate: { waiting: 'text', links: 'links' },
  notice: { text: 'lines' },
} as const satisfies Record<Email, Record<string, SlotKind>>

export const slotsOf = (email: Email): Readonly<Record<string, SlotKind>> => SLOTS[email]

/** Values of an e-mail: exactly one for each of its slots. */
export type ValuesOf<E extends Email> = { readonly [slot in keyof (typeof SLOTS)[E]]: string }
