import { type DispatchEnd, type Listed, peopleIn, sum, type Truth } from '../judge.ts'

/** A dispatch that is finished or cancelled. */
export type EndedDispatch = DispatchEnd & { id: string; state: string }

/** An uncertain batch and its dispatch. */
export type ListedIn = Listed & { dispatch: string }

export type CancelVerdict = {
  lost: number // people without a mail who are in no uncertain batch
  doubled: number // people with more than one mail
  sent: ListedIn[] // uncertain batches that the provider accepted
  unsent: ListedIn[] // uncertain batches that the provider did not accept
  faults: string[] // one line for each deviation, lost and doubled people included
}

/** Compares all dispatches of an appeal, cancelled ones included, with what the provider accepted. */
export function judgeAppeal(truth: Truth, dispatches: readonly EndedDispatch[]): CancelVerdict {
  const faults: string[] = []
  const people = truth.mails.length
  const without = truth.mails.filter((mails) => mails === 0).length
  const doubled = truth.mails.filter((mails) => mails > 1).length
  const listed = dispatches.flatMap(({ id, uncertainBatches }) =>
    uncertainBatches.map((batch) => ({ ...batch, dispatch: id })),
  )
  const taken = ({ bodyHash }: Listed) => truth.takenByHash.get(bodyHash) ?? 0
  const sent = listed.filter((batch) => taken(batch) > 0)
  const unsent = listed.filter((batch) => taken(batch) === 0)
  for (const batch of sent)
    if (taken(batch) !== batch.people)
      faults.push(`uncertain batch ${batch.id} of ${batch.dispatch}: ${taken(batch)} mails for ${batch.people} people`)
  const lost = Math.max(0, without - peopleIn(unsent))
  if (lost > 0) faults.push(`lost: ${lost}`)
  if (doubled > 0) faults.push(`doubled: ${doubled}`)
  if (truth.strangers > 0) faults.push(`mails to people who are not in the crowd: ${truth.strangers}`)
  if (without < peopleIn(unsent))
    faults.push(`${peopleIn(unsent)} people listed as unsent, but only ${without} have no mail`)

  for (const { id, counts } of dispatches) {
    const { planned, ...parts } = counts
    if (sum(Object.values(parts)) !== planned) faults.push(`${id}: the parts do not add up to ${planned}`)
    for (const name of ['waiting', 'refused', 'suppressed'] as const)
      if (counts[name] > 0) faults.push(`${id}: ${counts[name]} people are ${name} at the end`)
  }
  const accepted = sum(dispatches.map(({ counts }) => counts.accepted))
  if (accepted !== people - without - peopleIn(sent))
    faults.push(`accepted: found ${accepted}, expected ${people - without - peopleIn(sent)}`)
  return { lost, doubled, sent, unsent, faults }
}
