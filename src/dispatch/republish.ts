import { errorMessage } from '../kit/result.ts'
import { dispatchOf } from '../objects.ts'
import { dropWithdrawnTexts } from './ended/afterwards.ts'

/** Ids of dispatches that a publication concerns: those that continue without an organiser, and those that may hold text. */
type Concerned = { active: readonly string[]; holdingText: readonly string[] }

/**
 * Informs dispatches that this revision is current, or none. `begin` passes the request on to a dispatch that a crash kept from beginning.
 * If `complete` is false, a dispatch could not be reached or knows another revision, and the caller must repeat the call.
 */
export async function informDispatches(
  env: Env,
  { active, holdingText }: Concerned,
  revision: string | null,
  begin: (id: string) => Promise<void>,
): Promise<{ paused: string[]; complete: boolean }> {
  const paused: string[] = []
  let complete = true
  for (const id of active) {
    try {
      await begin(id)
      const answer = await dispatchOf(env, id).republished(revision)
      if (answer.paused) paused.push(id)
      if (!answer.complete) complete = false
    } catch (error) {
      complete = false
      console.error('dispatch', id, errorMessage(error))
    }
  }
  return { paused, complete: (await dropWithdrawnTexts(env, holdingText)) && complete }
}
