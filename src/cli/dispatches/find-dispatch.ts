import { call, type Schemas } from '../client.ts'
import { type Deployment, Mistake, WrongUsage } from '../command.ts'
import { lineOf } from './dispatch-words.ts'

type ShownDispatch = Schemas['Dispatch']

/** Digits of an id that are enough to name a dispatch, as `list` shows them. */
const SHORT_ID = 8

export const fetchDispatches = async (deployment: Deployment): Promise<ShownDispatch[]> =>
  (await call(deployment, 'get', '/api/dispatches', {})).json

export const fetchDispatch = async (deployment: Deployment, id: string): Promise<Schemas['DispatchDetail']> =>
  (await call(deployment, 'get', '/api/dispatches/{id}', { path: { id } })).json

/**
 * The id of the dispatch meant: `typed`, in full or its first 8 digits; without it, the only one that `suits`.
 * @throws Mistake if there is none, WrongUsage if several suit, with their ids
 */
export async function dispatchId(
  deployment: Deployment,
  typed: string | undefined,
  suits: (dispatch: ShownDispatch) => boolean,
  what: string,
): Promise<string> {
  if (typed !== undefined && typed.length > SHORT_ID) return typed
  const dispatches = await fetchDispatches(deployment)
  const isMeant = typed === undefined ? suits : ({ id }: ShownDispatch) => id.startsWith(typed.toLowerCase())
  const meant = typed !== undefined && typed.length < SHORT_ID ? [] : dispatches.filter(isMeant)
  const [first, second] = meant
  if (first !== undefined && second === undefined) return first.id
  if (first === undefined && typed !== undefined)
    throw new Mistake(`No such dispatch: ${typed}. npm run tocsin -- list shows the newest.`)
  if (first === undefined) throw new Mistake(`No dispatch ${what}.`)
  throw new WrongUsage(`${meant.length} dispatches are possible. Name one of them:\n${meant.map(lineOf).join('\n')}`)
}
