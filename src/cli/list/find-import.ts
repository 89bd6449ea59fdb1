import { call, type Schemas } from '../client.ts'
import { type Deployment, Mistake, WrongUsage } from '../command.ts'

type Listed = Schemas['Transfer']

/** Digits of an id that are enough to name an import. */
const SHORT_ID = 8
/** Digits of a whole id. */
const WHOLE_ID = 32

/** The newest imports, the newest first. */
export const fetchImports = async (deployment: Deployment): Promise<Listed[]> =>
  (await call(deployment, 'get', '/api/supporters/imports', {})).json.filter(({ kind }) => kind === 'import')

/** An import in one line of a list. */
export function importLine({ id, state, startedAt, by, people, imported }: Listed): string {
  const done = people === undefined ? '' : `: ${people} people, ${imported ?? 0} added`
  return `${id}  ${state.padEnd(10)} ${startedAt.slice(0, 16)}Z  by ${by}${done}`
}

const isGoingOn = ({ state }: Listed): boolean => ['receiving', 'importing', 'confirming'].includes(state)

/**
 * The id of the import meant: `typed`, in full or its first 8 digits. Without it: the only one that goes on; for `show`, else the newest.
 * @throws Mistake if there is none, WrongUsage if several are possible, with their ids
 */
export async function importId(
  deployment: Deployment,
  typed: string | undefined,
  act: 'show' | 'cancel',
): Promise<string> {
  if (typed !== undefined && typed.length >= WHOLE_ID) return typed
  const imports = await fetchImports(deployment)
  const meant = meantBy(imports, typed, act)
  const [first, second] = meant
  if (first !== undefined && second === undefined) return first.id
  if (first !== undefined)
    throw new WrongUsage(`${meant.length} imports are possible. Name one of them:\n${meant.map(importLine).join('\n')}`)
  if (typed !== undefined) throw new Mistake(`No such import: ${typed}. npm run tocsin -- import --list shows all.`)
  throw new Mistake(act === 'show' ? 'There are no imports.' : 'No import goes on, so none can be cancelled.')
}

function meantBy(imports: readonly Listed[], typed: string | undefined, act: 'show' | 'cancel'): readonly Listed[] {
  if (typed !== undefined)
    return typed.length < SHORT_ID ? [] : imports.filter(({ id }) => id.startsWith(typed.toLowerCase()))
  const going = imports.filter(isGoingOn)
  return going.length === 0 && act === 'show' ? imports.slice(0, 1) : going
}
