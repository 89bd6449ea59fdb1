import type { Desk } from './desks.ts'

/** A letter about to be kept for one address of a desk: as a mail of its own, as words for a mail with others', or either. */
export type NewLetter = {
  desk: Desk
  address: number
  recipient: string // fingerprint of the address
  alone: Uint8Array<ArrayBuffer> | null
  among: Uint8Array<ArrayBuffer> | null
}

/** What one person wrote. `writer` is the fingerprint of their mailbox, `fingerprint` of their address. */
export type Written = {
  draft: string
  writer: string
  fingerprint: string
  revision: string
  letters: readonly NewLetter[]
}

export type LetterRow = {
  id: number
  desk: string
  address: number
  recipient: string
  draft: string
  writer: string
  fingerprint: string
  revision: string
  batch: number // 0 while it is held for a mail with others
  position: number // in its batch
  inCc: number // 0 once those in Cc are left out: a provider may have refused the mail for one of them
  date: number // of its mail, epoch ms; while it is held, since when
}
