import { LetterDelivery } from '../../src/actions/letters/letter-delivery.ts'
import { Letters } from '../../src/actions/letters/letters.ts'
import type { ObjectContext } from '../../src/actions/object-context.ts'
import { Submissions } from '../../src/actions/submissions/submissions.ts'

/** The letters of a campaign beside its submissions, as its object makes them. */
export function lettersOf(context: ObjectContext): Letters {
  const delivery = new LetterDelivery(context)
  const letters = new Letters(context, delivery, () => submissions)
  const submissions = new Submissions(context, delivery, (...letter) => letters.release(...letter))
  return letters
}
