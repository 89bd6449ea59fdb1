import type { Command } from 'commander'
import { WrongUsage } from '../command.ts'
import { bothClocks, momentIn, zoneIn } from '../moment.ts'
import { countIn } from '../program/registration.ts'
import type { Terminal } from '../program/terminal.ts'

/** Options of everything that opens a dispatch. */
export type PaceOptions = {
  at?: string
  zone?: string
  rate?: number
  holdAfter?: number
  dryRun?: boolean
  yes?: boolean
}

export const withStart = (command: Command): Command =>
  command
    .option(
      '--at <TIME>',
      'the time of the start: “9:00”, “tomorrow 9:00”, “monday 9:00” or 2026-12-05T16:00 on this machine’s clock, or with a zone, ' +
        'such as 2026-12-05T16:00Z',
    )
    .option('--zone <ZONE>', 'the time zone of --at, such as Europe/Paris')

export const withPace = (command: Command): Command =>
  withStart(command)
    .option('--rate <N>', 'at most N people a minute', countIn)
    .option('--hold-after <N>', 'pause after N people, to look at what they got', countIn)
    .option('--dry-run', 'show what would be sent and to how many, and send nothing')

/** The start that is named, as the API expects it, and the zone in which it is told. Says it on both clocks. @throws WrongUsage */
export function startIn(
  { at, zone: typed }: Pick<PaceOptions, 'at' | 'zone'>,
  terminal: Pick<Terminal, 'say'>,
  now: Date,
): { at: string | undefined; zone: string | undefined } {
  if (typed !== undefined && at === undefined) throw new WrongUsage('Expected --zone only with --at.')
  const zone = typed === undefined ? undefined : zoneIn(typed)
  if (at === undefined) return { at, zone }
  const { iso, isLocal } = momentIn('--at', at, now, { zone, isNext: true })
  const clock = isLocal && zone === undefined ? ', on this machine’s clock' : ''
  terminal.say(`--at is ${bothClocks(iso, zone)}${clock}.`)
  return { at: iso, zone }
}
