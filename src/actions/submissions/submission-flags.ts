import { findWithheldNames, type WithheldName } from '../moderation/withheld-names.ts'
import { type ReadableSubmission, submissionText } from './submission.ts'

/** A warning for the moderator. Only `named` has an effect: a submission with a withheld name can only be refused. */
export type SubmissionFlag =
  | { kind: 'link' | 'address' | 'shouting' | 'repeated' | 'unreadable' }
  | { kind: 'named'; who: string } // a number in WITHHELD_NAMES, or the id of one of the campaign's people

/** A web address, with or without a scheme. “ended.Then” matches, too; the moderator sees that it is no address. */
const LINK = /https?:|www\.|[\p{L}\p{N}-]+\.\p{L}{2,24}(?![\p{L}\p{N}])/iu
/** An e-mail address, also written as “name (at) host”. */
const ADDRESS = /\S[@＠]\S|[\p{L}\p{N}]\s?[([{]\s?(at|собака)\s?[)\]}]/iu

/** Letters with a case that a text needs before its capitals count as shouting. Shorter texts may be abbreviations. */
const MIN_SHOUTED_LETTERS = 20
/** Share of capitals among letters with a case that counts as shouting. */
const SHOUTED = 0.7
/** Three or more exclamation marks in a row. */
const EXCLAIMED = /[!¡！]{3,}/

/** The warnings about a submission. `repeated`: another submission has the same text. */
export function flagsOf(
  submission: ReadableSubmission,
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
