import type * as z from 'zod'
import { nearestName } from '../../kit/words/nearest-name.ts'
import type { Fault } from './fault.ts'
import type { Path, Yaml } from './yaml.ts'
import { dotted, keysAt } from './zod-faults.ts'

type Renaming = { path: Path; typed: string; meant: string }

/**
 * The YAML with every mistyped key read as the key that was probably meant, and a fault for each. So one slip is one fault: the key
 * that it hides is not reported as missing, nor is what refers to it.
 */
export function withKeysCorrected(yaml: Yaml, schema: z.ZodType, file: string): Yaml {
  const faults: Fault[] = []
  const renamed: Renaming[] = []
  let value = yaml.value
  for (let found = mistyped(value, schema); found.length > 0; found = mistyped(value, schema)) {
    value = structuredClone(value)
    for (const { path, typed, meant } of found) {
      const within = partAt(value, path)
      if (within === undefined) continue
      within[meant] = within[typed]
      delete within[typed]
      renamed.push({ path, typed, meant })
      const line = yaml.lineOf([...path, typed])
      faults.push({
        file,
        line,
        found: `unknown key ${dotted([...path, typed])}`,
        expected: `${meant}; did you mean that?`,
      })
    }
  }
  return { value, faults: [...yaml.faults, ...faults], lineOf: (path) => yaml.lineOf(asTyped(path, renamed)) }
}

/** Unknown keys that are near a key which their part does not have yet. One for each meant key. */
function mistyped(value: unknown, schema: z.ZodType): Renaming[] {
  const read = schema.safeParse(value)
  const issues = read.success ? [] : read.error.issues
  return issues.flatMap((issue): Renaming[] => {
    if (issue.code !== 'unrecognized_keys') return []
    const { path } = issue
    const present = Object.keys(partAt(value, path) ?? {})
    const free = keysAt(schema, path).filter((key) => !present.includes(key))
    const [first] = issue.keys.flatMap((typed) => {
      const meant = nearestName(typed, free)
      return meant === undefined ? [] : [{ path, typed, meant }]
    })
    return first === undefined ? [] : [first]
  })
}

function partAt(value: unknown, path: Path): Record<string, unknown> | undefined {
  const found = path.reduce<unknown>((within, step) => (isPart(within) ? within[String(step)] : undefined), value)
  return isPart(found) ? found : undefined
}

const isPart = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** The path as the file has it. */
const asTyped = (path: Path, renamed: readonly Renaming[]): Path =>
  path.map((step, at) => {
    const found = renamed.find(({ meant, path: within }) => {
      return meant === step && within.length === at && within.every((one, i) => one === path[i])
    })
    return found?.typed ?? step
  })
