import { newestSection } from '../../../campaigns/campaign.ts'
import { campaignNamed } from '../../campaign-named.ts'
import type { Schemas } from '../../client.ts'
import { type Deployment, Mistake } from '../../command.ts'
import { conduct } from '../../dispatches/conduct.ts'
import { dispatchId, fetchDispatch } from '../../dispatches/find-dispatch.ts'
import { knownCampaign } from '../../dispatches/local-copy.ts'
import { patiently } from '../../dispatches/patience.ts'
import { type PaceOptions, startIn, withPace } from '../../dispatches/send-options.ts'
import { processInterrupts } from '../../program/interrupts.ts'
import {
  actAt,
  type CommandRegistration,
  type ServerOptions,
  withQuestion,
  withServer,
} from '../../program/registration.ts'
import type { Terminal } from '../../program/terminal.ts'

type CorrectOptions = ServerOptions & PaceOptions & { correction?: string }

export const registerCorrect: CommandRegistration = (program) => {
  const described = program
    .command('correct')
    .description('send a correction to exactly the people whom a dispatch has reached, certainly or perhaps')
  withQuestion(withPace(withServer(described, 'send')))
    .argument('<dispatch>', 'its id, or the first 8 digits; it must be finished or cancelled')
    .option('--correction <DAY>', 'the section “## Correction DAY …” of the campaign; the newest if none is named')
    .action((typed: string, options: CorrectOptions) =>
      actAt(options, (deployment, terminal) => correct(deployment, terminal, typed, options)),
    )
}

async function correct(
  deployment: Deployment,
  terminal: Terminal,
  typed: string,
  options: CorrectOptions,
): Promise<number> {
  const { at, zone } = startIn(options, terminal, new Date())
  const { rate, holdAfter, dryRun = false } = options
  const wrong = await patiently({ deployment, terminal }, async () =>
    fetchDispatch(deployment, await dispatchId(deployment, typed, () => true, '')),
  )
  const campaign = await campaignNamed(deployment, wrong.campaign)
  const update = options.correction ?? newestCorrection(campaign)
  const wishes = { email: 'correction', update, reachedBy: wrong.id, at, rate, holdAfter }
  return conduct({ deployment, terminal, interrupts: processInterrupts }, { campaign, wishes, dryRun, zone })
}

/** The day of the newest correction. @throws Mistake that says how to write one */
function newestCorrection(campaign: Schemas['Campaign']): string {
  const newest = newestSection(knownCampaign(campaign)?.words.en?.corrections ?? [])
  if (newest !== undefined) return newest.id
  const today = new Date().toISOString().slice(0, 10)
  throw new Mistake(
    `“${campaign.slug}” has no correction. Write one under “## Correction ${today} The subject” at the end of en.md and of each ` +
      `translation, then: npm run tocsin -- publish ${campaign.slug}`,
  )
}
