import { findWithheldNames, type WithheldName } from '../moderation/withheld-names.ts'
import { type Submission, submissionText } from './submission.ts'

/** What a moderator should look at twice. Only `named` decides anything by itself: what names somebody who must not be named stays here. */
export type SubmissionFlag =
  | { kind: 'link' | 'address' | 'shouting' | 'repeated' | 'unreadable' }
  | { kind: 'named'; who: string } // a number in WITHHELD_NAMES, or the id of one of the campaign's people

/** A web address, with or without its scheme. “ended.Then” is one, too: a person looks, and sees that it is none. */
const LINK = /https?:|www\.|[\p{L}\p{N}-]+\.\p{L}{2,24}(?![\p{L}\p{N}])/iu
const ADDRESS = /\S[@＠]\S|[\p{L}\p{N}]\s?[([{]\s?(at|собака)\s?[)\]}]/iu

/** Letters with a case from which on capitals are shouting and no abbreviation. */
const MIN_SHOUTED_LETTERS = 20
/** Share of capitals among them. */
const SHOUTED = 0.7
/** Marks in a row. */
const EXCLAIMED = /[!¡！]{3,}/

export function flagsOf(
  submission: Submission,
  withheld: readonly WithheldName[],
  repeated: boolean,
): SubmissionFlag[] {
  const text = submissionText(submission)
  const found: SubmissionFlag[] = findWithheldNames(text, withheld).map((who) => ({ kind: 'named', who }))
  if (LINK.test(text)) found.push({ kind: 'link' })
  if (ADDRESS.test(text)) found.push({ kind: 'address' })
  if (isShouted(text)) found.push({ kind: 'shouting' })
  if (repeated) found.push({ kind: 'repeated' })
  return found
}

function isShouted(text: string): boolean {
  const capitals = text.match(/\p{Lu}/gu)?.length ?? 0
  const small = text.match(/\p{Ll}/gu)?.length ?? 0
  return EXCLAIMED.test(text) || (capitals + small >= MIN_SHOUTED_LETTERS && capitals / (capitals + small) >= SHOUTED)
}
