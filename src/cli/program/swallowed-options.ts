import type { Command } from 'commander'
import { nearestName } from '../../kit/words/nearest-name.ts'

/** Options that npm has too, and that people set for npm itself. Without them a command only asks more, or prints words. */
const NPM_HAS_TOO = ['yes', 'json']
/** Settings of npm's own that resemble one of ours. */
const NPM_OWN = ['scope', 'user-agent', 'noproxy']
/** Names shorter than this resemble too many of npm's settings. */
const COMPARED_LETTERS = 4

/**
 * What to write instead when npm has taken options for itself; undefined when it has not. `npm run send X --dry-run`, without a `--`
 * before the options, reaches this program as `send X`, and would send.
 */
export function swallowedOptions(
  program: Command,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): string | undefined {
  if (env.npm_lifecycle_event === undefined) return undefined
  const command = args.reduce<Command>((at, word) => at.commands.find((one) => one.name() === word) ?? at, program)
  const known = command.options.flatMap(({ long }) => long?.replace(/^--(no-)?/, '') ?? [])
  const names = known.filter((name) => !NPM_HAS_TOO.includes(name))
  const taken = Object.entries(env).flatMap(([name, value]) => {
    const [, setting] = /^npm_config_(.+)$/.exec(name) ?? []
    const typed = setting?.replaceAll('_', '-')
    return typed !== undefined && value && isOurs(typed, names) ? [`--${typed}`] : []
  })
  if (taken.length === 0) return undefined
  const rest = `npm run tocsin -- ${args[0] ?? 'COMMAND'} …`
  return `npm has taken ${taken.join(', ')} for itself. Write -- before what is meant for Tocsin: ${rest} ${taken.join(' ')}`
}

const isOurs = (typed: string, names: readonly string[]): boolean =>
  names.includes(typed) ||
  (!NPM_OWN.includes(typed) && typed.length >= COMPARED_LETTERS && isNear(typed, nearestName(typed, names)))

const isNear = (typed: string, name: string | undefined): boolean =>
  name !== undefined && Math.abs(name.length - typed.length) <= 1 && differing(typed, name) <= 1

/** Letters that differ between two names, position by position from both ends. */
function differing(a: string, b: string): number {
  let [start, end] = [0, 0]
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++
  return Math.max(a.length, b.length) - start - end
}
