import { campaignNamed } from '../campaign-named.ts'
import { call, type Schemas } from '../client.ts'
import { EXIT } from '../program/exit-status.ts'
import { actAt, type CommandRegistration, type ServerOptions, withServer } from '../program/registration.ts'

type LettersOf = Pick<
  Schemas['CampaignActions'],
  'numbers' | 'waitingFor' | 'stopped' | 'wishes' | 'skipped' | 'uncertain'
>

const WISHES = {
  digest: 'gets one mail a day with all letters, as its reader asked',
  'left-office': 'gets no more letters: its reader says that they hold the office no longer',
}

export const registerLetters: CommandRegistration = (program) => {
  const described = program
    .command('letters')
    .description('show how many letters of a campaign were sent, and what holds up the others')
  withServer(described, 'read')
    .argument('<campaign>')
    .action((slug: string, options: ServerOptions) =>
      actAt(options, async (deployment, terminal) => {
        await campaignNamed(deployment, slug)
        const { json } = await call(deployment, 'get', '/api/actions/{slug}', { path: { slug } })
        terminal.give(json)
        if (!terminal.isJson) for (const line of linesOf(slug, json)) terminal.say(line)
        return EXIT.done
      }),
    )
}

/** The letters of a campaign in words: counts, what an organiser must correct, and each target that is not written to as usual. */
export function linesOf(slug: string, { numbers, waitingFor, stopped, wishes = [], skipped, uncertain }: LettersOf) {
  const { confirmed, accepted, refused, waiting, cancelled } = numbers
  const counts = Object.entries({ accepted, refused, waiting, cancelled, uncertain: numbers.uncertain })
  const shown = counts.filter(([, count]) => count > 0).map(([name, count]) => `${count} ${name}`)
  return [
    `${slug}: ${[`${confirmed} confirmed`, ...shown].join(', ')}.`,
    ...(waitingFor === undefined ? [] : [`Nothing is sent until you have corrected this: ${waitingFor}`]),
    ...stopped.map(({ target, reason }) => `  ${target} gets no mail: ${reason}`),
    ...wishes.map(({ target, wish, at }) => `  ${target} ${WISHES[wish]} (${at.slice(0, 10)}).`),
    ...Object.entries(skipped)
      .map(([what, { postponed, unreadable, givenUp }]) => ({ what, count: postponed + unreadable + givenUp }))
      .filter(({ count }) => count > 0)
      .map(({ what, count }) => `  ${count} ${count === 1 ? 'person is' : 'people are'} without: ${what}`),
    ...(uncertain.length === 0 ? [] : [`To decide about uncertain ones: npm run tocsin -- resolve --letters ${slug}`]),
  ]
}
