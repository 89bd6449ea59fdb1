import { exclude } from '../../delivery/batch.ts'
import type { FoundPerson } from '../../delivery/ledger.ts'
import { openRecipients, type StoredRecipient, sealRecipients } from '../../delivery/sealed-recipients.ts'
import type { Keyring } from '../../security/keyring.ts'
import type { LaneState } from './lane-state.ts'

/** Stands for an erased person in the sealed recipients of a batch: the positions of the others must not change. */
const NOBODY: StoredRecipient = { email: '', locales: [] }

/** Whether this recipient was erased after planning. */
export const isErased = ({ email }: StoredRecipient): boolean => email === ''

/**
 * Deletes a person's address and name from a lane, and takes them out of a mail that has not left. Their fingerprint stays in the ledger.
 * False when it must be repeated: while the lane plans, and while a call is under way, they cannot be taken out.
 */
export async function eraseInLane(state: LaneState, keys: Keyring, fingerprint: string): Promise<boolean> {
  if (!state.hasBegun()) return true
  let isDone = !state.isReading
  for (const found of [...state.ledger.find(new Set([fingerprint]))])
    if (!(await eraseInBatch(state, keys, found))) isDone = false
  return isDone && !state.isRemaining(fingerprint)
}

async function eraseInBatch(state: LaneState, keys: Keyring, { id, position }: FoundPerson): Promise<boolean> {
  const { ledger } = state
  const { recipients } = ledger.body(id)
  if (recipients === null) return true
  if (ledger.openCalls.has(id)) return false
  const place = state.placeOf(id)
  const stored = await openRecipients(keys, place, recipients)
  if (stored === null) return false // its key may be back in KEYRING later
  const rest = await sealRecipients(
    keys,
    place,
    stored.map((one, at) => (at === position ? NOBODY : one)),
  )
  const head = ledger.head(id)
  if (head === undefined || head.state === 'settled') return true
  if (ledger.openCalls.has(id)) return false
  ledger.dropRecipients(id, rest)
  if (head.state === 'waiting' && head.statuses.at(position) === 'waiting')
    ledger.save(exclude(head, [position], 'suppressed'))
  return true
}

/** What a lane stores about a person, as JSON: what became of their mail. Null when they are not in the lane. */
export function findInLane(state: LaneState, fingerprint: string): string | null {
  if (!state.hasBegun()) return null
  const { campaign, email, dryRun } = state.task().request
  const [found] = [...state.ledger.find(new Set([fingerprint]))]
  const status = found?.status ?? (state.isRemaining(fingerprint) ? 'waiting' : undefined)
  return status === undefined ? null : JSON.stringify({ campaign, email, dryRun, status })
}
