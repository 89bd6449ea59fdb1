/** Chooses the settings of the local server. Without the flag, nothing in them can make mail leave this machine. */

import { isLoopback } from '../../src/kit/loopback.ts'
import { probablyMeant } from './setting-names.ts'

type Values = Readonly<Record<string, string | undefined>>

/** Where settings come from, the weakest first. */
export type Sources = {
  wrangler: Values // [vars] of wrangler.toml
  devVars: Values // .dev.vars
  shell: Values // the environment
  typed: Values // --var on the command line
}

const SOURCE_NAMES: Readonly<Record<keyof Sources, string>> = {
  wrangler: 'wrangler.toml',
  devVars: '.dev.vars',
  shell: 'the shell',
  typed: '--var',
}

export type Chosen = {
  settings: Record<string, string>
  fromShell: string[] // names of the settings that the shell decided
  unused: string[] // a sentence for each setting that is not used, with the reason
  unknown: string[] // a sentence for each name that is no setting
}

const TRANSPORTS = ['BULK_TRANSPORT', 'TRANSACTIONAL_TRANSPORT', 'BULK_FALLBACK_TRANSPORT'] as const
const TURNSTILE = ['TURNSTILE_SITE_KEY', 'TURNSTILE_SECRET', 'TURNSTILE_URL'] as const
/** Names that the commands read and the server does not. */
const FOR_COMMANDS = ['TOCSIN_TOKEN', 'TOCSIN_URL']

export const FLAG = '--send-for-real'

/** `known`: all names of settings. `forReal`: whether FLAG stands on the command line, which nothing else can replace. */
export function chooseSettings(sources: Sources, known: ReadonlySet<string>, forReal: boolean): Chosen {
  const isSetting = (name: string) => known.has(name) && !FOR_COMMANDS.includes(name)
  const settings: Record<string, string> = {}
  const origin = new Map<string, keyof Sources>()
  for (const source of ['wrangler', 'devVars', 'shell', 'typed'] as const)
    for (const [name, value] of Object.entries(sources[source])) {
      if (value === undefined || (source === 'shell' && (value === '' || !isSetting(name)))) continue
      if (FOR_COMMANDS.includes(name) || (source === 'wrangler' && name === 'PUBLIC_URL')) continue // the deployment's own address
      settings[name] = value
      origin.set(name, source)
    }
  const unused = forReal ? [] : keepHere(settings, (name) => SOURCE_NAMES[origin.get(name) ?? 'typed'])
  return {
    settings,
    fromShell: Object.keys(settings).filter((name) => origin.get(name) === 'shell'),
    unused,
    unknown: unknownNames(sources, known),
  }
}

/** Changes the settings so that no mail and no request leaves this machine. Returns a sentence for each change. */
function keepHere(settings: Record<string, string>, sourceOf: (name: string) => string): string[] {
  const unused: string[] = []
  const drop = (name: string, instead: string) => {
    unused.push(`${name} of ${sourceOf(name)} is not used: ${instead}.`)
    delete settings[name]
  }
  for (const name of TRANSPORTS) {
    const transport = settings[name]?.trim()
    if (transport === undefined || transport === 'outbox') continue
    drop(name, `${transport} sends mail for real, which needs ${FLAG}. The outbox captures it`)
  }
  Object.assign(settings, { BULK_TRANSPORT: 'outbox', TRANSACTIONAL_TRANSPORT: 'outbox' })
  delete settings.BULK_FALLBACK_TRANSPORT
  if (settings.PUBLIC_URL !== undefined && !isLoopback(settings.PUBLIC_URL))
    drop('PUBLIC_URL', `another machine’s address needs ${FLAG}. Links lead to this server`)
  const asksHere = settings.TURNSTILE_URL !== undefined && isLoopback(settings.TURNSTILE_URL)
  if (!asksHere)
    for (const name of TURNSTILE)
      if (settings[name] !== undefined) drop(name, `Turnstile asks another machine, which needs ${FLAG}`)
  return unused
}

/** The shell has many names that are not ours, so those are not reported. */
const unknownNames = ({ wrangler, devVars, typed }: Sources, known: ReadonlySet<string>): string[] =>
  Object.entries({ wrangler, devVars, typed }).flatMap(([source, values]) =>
    Object.keys(values).flatMap((name) => {
      if (known.has(name) || FOR_COMMANDS.includes(name)) return []
      const meant = probablyMeant(name, known)
      const advice = meant === undefined ? '.dev.vars.example lists all settings' : `did you mean ${meant}?`
      return [`${name} of ${SOURCE_NAMES[source as keyof Sources]} is no setting: ${advice}`]
    }),
  )
