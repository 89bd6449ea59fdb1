/** What the local server says about itself: all of it is read from the settings that it runs with. */

import { paths } from '../../src/paths.ts'
import { DEMO_CAMPAIGN } from '../demo/people.ts'
import { type Chosen, FLAG } from './choose-settings.ts'
import { shownTime } from './local-clock.ts'
import { USUAL_PORT } from './options.ts'

type Running = {
  url: string
  token: string | undefined
  state: string // as people see it
  chosen: Chosen
  forReal: boolean
  clock?: { now: number; machine: number } // only where the clock was moved; epoch ms
  notOffered?: readonly string[] // a sentence for each language whose texts are not whole
}

/** The text of a start without faults. */
export function banner({ url, token, state, chosen, forReal, clock, notOffered = [] }: Running): string {
  const where = url.endsWith(`:${USUAL_PORT}`) ? '' : ` --url ${url}`
  const { settings } = chosen
  const captures = [settings.BULK_TRANSPORT, settings.TRANSACTIONAL_TRANSPORT].includes('outbox')
  const steps = [
    `Read a campaign and sign up:\n     ${url}${paths.campaign('en', DEMO_CAMPAIGN)}`,
    ...(captures
      ? [`Open the outbox and press the button behind the link in the confirmation:\n     ${url}${paths.outbox()}`]
      : ['Press the button behind the link in the confirmation, in your mailbox']),
    `Send the appeal, in another terminal:\n     npm run send -- ${DEMO_CAMPAIGN}${where}`,
  ]
  const lines = [
    `Tocsin is running at ${url}`,
    `  Organiser token  ${token ?? 'unknown: .dev.vars has only its hash; add TOCSIN_TOKEN=… there to see it here'}`,
    steps.map((step, index) => `  ${index + 1}. ${step}`).join('\n'),
    [whatLeaves(settings, forReal), ...notes(chosen, clock), ...notOffered].join('\n'),
    `Stop with Ctrl-C. The state stays in ${state}.`,
  ]
  return `\n${lines.join('\n\n')}\n`
}

/** Which transport carries mail, and whether anything leaves this machine. */
export function whatLeaves(settings: Readonly<Record<string, string>>, forReal: boolean): string {
  const { BULK_TRANSPORT: bulk, TRANSACTIONAL_TRANSPORT: single, BULK_FALLBACK_TRANSPORT: fallback } = settings
  const isOutbox = [bulk, single, fallback ?? 'outbox'].every((name) => name === 'outbox')
  if (!forReal) return 'Mail: the outbox captures it. No mail leaves this machine.'
  if (isOutbox) return `Mail: the outbox captures it. ${FLAG} changes nothing, because no other transport is set.`
  const failover = fallback === undefined ? '' : `, appeals in a failover by ${fallback}`
  return `MAIL IS SENT FOR REAL: appeals by ${bulk}, single mails by ${single}${failover}.`
}

/** Facts about settings and the clock that people would not expect. */
export function notes({ fromShell, unused, unknown }: Chosen, clock: Running['clock']): string[] {
  return [
    ...(fromShell.length > 0 ? [`From the shell: ${fromShell.join(', ')}.`] : []),
    ...unused,
    ...unknown,
    ...(clock === undefined
      ? []
      : [
          `The clock is at ${shownTime(clock.now)}, ${inWords(clock.now - clock.machine)} ahead of this machine. It only goes forward.`,
        ]),
  ]
}

const MINUTE_MS = 60_000

/** A duration in days, hours and minutes. */
function inWords(milliseconds: number): string {
  const minutes = Math.round(milliseconds / MINUTE_MS)
  const parts = [
    [Math.floor(minutes / 1_440), 'd'],
    [Math.floor(minutes / 60) % 24, 'h'],
    [minutes % 60, 'min'],
  ] as const
  return parts.flatMap(([count, unit]) => (count === 0 ? [] : [`${count} ${unit}`])).join(' ') || '0 min'
}
