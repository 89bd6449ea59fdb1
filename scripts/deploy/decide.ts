/** Decides whether a deploy may go on, from what the running deployment answers. */

/** A dispatch, as far as a deploy needs it. */
type RunningDispatch = { id: string; campaign: string; state: string; counts: { waiting: number; planned: number } }

export type DispatchAnswer =
  | { kind: 'dispatches'; url: string; dispatches: readonly RunningDispatch[] }
  | { kind: 'no-address' }
  | { kind: 'no-token' | 'token-refused' | 'no-tocsin'; url: string }
  | { kind: 'unreachable' | 'nothing-there'; url: string; why: string }

/** States in which calls may be under way. */
const SENDING: ReadonlySet<string> = new Set(['planning', 'running'])
const FORCE = '`npm run deploy -- --force` deploys all the same'

/** Whether to deploy, and a sentence for the person at the terminal. */
export function decideDeploy(answer: DispatchAnswer): { deploys: boolean; text: string } {
  switch (answer.kind) {
    case 'dispatches': {
      const sending = answer.dispatches.filter(({ state }) => SENDING.has(state))
      if (sending.length === 0) return { deploys: true, text: `${answer.url} sends nothing now: deploying.` }
      const lines = sending.map(
        ({ id, campaign, state, counts }) =>
          `  ${campaign}: ${state}, ${counts.waiting} of ${counts.planned} people wait (${id})`,
      )
      const what = `${answer.url} is sending. A deploy now would make batches that wait for an answer uncertain.`
      return {
        deploys: false,
        text: [what, ...lines, `Wait for the end, or pause the dispatch first (POST …/pause). ${FORCE}.`].join('\n'),
      }
    }
    case 'no-address':
      return {
        deploys: true,
        text: 'Found neither TOCSIN_URL nor PUBLIC_URL in wrangler.toml: taken for a first deploy.',
      }
    case 'no-token':
      return {
        deploys: false,
        text: `Found no TOCSIN_TOKEN to ask ${answer.url} whether it sends. Set it (scope read). For a first deploy, ${FORCE}.`,
      }
    case 'token-refused':
      return {
        deploys: false,
        text: `${answer.url} refused TOCSIN_TOKEN. Use one of its API_TOKENS with the scope read. ${FORCE}.`,
      }
    case 'no-tocsin':
      return { deploys: true, text: `${answer.url} does not answer as Tocsin: taken for a first deploy.` }
    case 'nothing-there':
      return { deploys: true, text: `Nothing runs at ${answer.url} yet (${answer.why}): a first deploy.` }
    case 'unreachable':
      return {
        deploys: false,
        text: `${answer.url} cannot be reached (${answer.why}), so it is not known whether it sends. For a first deploy, ${FORCE}.`,
      }
  }
}
