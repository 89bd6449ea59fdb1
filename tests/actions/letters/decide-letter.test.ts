import { expect, test } from 'vitest'
import { decideLetter, type LetterDecision, type LetterFacts } from '../../../src/actions/letters/decide-letter.ts'

const HOUR_MS = 3_600_000
const target: LetterFacts = {
  kind: 'target',
  isWritten: false,
  isOpen: true,
  alone: true,
  among: false,
  seesIt: false,
  waitMs: 0,
}
const copies: LetterFacts = { ...target, kind: 'copies', alone: false, among: true }

test.each<[string, LetterFacts, LetterDecision]>([
  ['a letter to a target that takes letters', target, 'send'],
  ['one that has to wait a week, where there is no digest', { ...target, waitMs: 168 * HOUR_MS }, 'send'],
  [
    'one that has to wait three days, where there is a digest',
    { ...target, among: true, waitMs: 72 * HOUR_MS },
    'send',
  ],
  ['one that has to wait longer, where there is a digest', { ...target, among: true, waitMs: 73 * HOUR_MS }, 'hold'],
  ['one to a target that takes digests alone', { ...target, alone: false, among: true }, 'hold'],
  ['a second one to the same address', { ...target, isWritten: true }, 'skip'],
  ['one to a target that gets no more mail', { ...target, isOpen: false }, 'cancel'],
  ['one to a target that takes nothing', { ...target, alone: false }, 'cancel'],
  ['a second one to a target that gets no more mail', { ...target, isOpen: false, isWritten: true }, 'skip'],
  ['a copy', copies, 'hold'],
  ['a copy to an addressee in Cc of the letter', { ...copies, seesIt: true }, 'skip'],
  ['a copy to an address that stopped copies', { ...copies, isOpen: false }, 'skip'],
  ['a copy without a digest entry', { ...copies, among: false }, 'skip'],
  ['a message of support', { ...copies, kind: 'support' }, 'hold'],
])('%s: %o is decided as %s', (_, facts, decision) => {
  expect(decideLetter(facts)).toBe(decision)
})
