import { basename } from 'node:path'
import type { Campaign } from '../../../campaigns/campaign.ts'
import { formatFault } from '../../../campaigns/source/fault.ts'
import { readCampaign } from '../../../campaigns/source/read-campaign.ts'
import { campaignFiles, localesIn } from '../../campaign-folders.ts'
import { folderNamed } from '../../campaign-path.ts'
import { ApiError, call, type Schemas } from '../../client.ts'
import { type Deployment, Mistake } from '../../command.ts'
import { EXIT } from '../../program/exit-status.ts'
import {
  actAt,
  type CommandRegistration,
  type ServerOptions,
  withQuestion,
  withServer,
} from '../../program/registration.ts'
import type { Terminal } from '../../program/terminal.ts'
import { STRINGS } from '../../project.ts'

export const registerPublish: CommandRegistration = (program) => {
  const described = program
    .command('publish')
    .description('publish a campaign’s folder as its new revision, without a deploy')
  withQuestion(withServer(described, 'publish'))
    .argument('<folder>', 'a folder, or the name of one in campaigns/')
    .action((typed: string, options: ServerOptions & { yes?: boolean }) =>
      actAt(options, async (deployment, terminal) => publish(deployment, terminal, folderNamed(typed))),
    )
}

async function publish(deployment: Deployment, terminal: Terminal, folder: string): Promise<number> {
  const slug = basename(folder)
  const files = campaignFiles(folder)
  const { campaign, faults, warnings } = await readCampaign(slug, files, localesIn(STRINGS))
  for (const warning of warnings) terminal.warn(`warning: ${formatFault(warning)}`)
  for (const fault of faults) terminal.warn(formatFault(fault))
  if (campaign === undefined) throw new Mistake('Nothing was published.')
  const before = await currentOf(deployment, slug)
  const current = before?.revision
  if (current === campaign.revision) {
    terminal.give({ slug, revision: current, paused: [] })
    terminal.say(`Revision ${current} is current already.`)
    return EXIT.done
  }
  const instead = current === undefined ? 'as a new campaign' : `instead of ${current}`
  if (campaign.status === 'draft' && before !== undefined && before.status !== 'draft')
    terminal.warn('A draft has no public page: this takes the campaign down.')
  await terminal.confirm(
    `Publish ${slug} (${campaign.status}), revision ${campaign.revision}, ${instead}, at ${deployment.url}?`,
  )
  const header = current === undefined ? {} : { 'If-Match': `"${current}"` }
  const { json } = await call(deployment, 'put', '/api/campaigns/{slug}', { path: { slug }, header, json: { files } })
  terminal.give(json)
  terminal.say(publishedWords(deployment.url, campaign, json.revision))
  for (const id of json.paused) terminal.say(`This paused a dispatch. See npm run tocsin -- status ${id}`)
  return EXIT.done
}

/** What is public now. A draft has no page, so no link either. */
export const publishedWords = (url: string, { slug, status }: Pick<Campaign, 'slug' | 'status'>, revision: string) =>
  status === 'draft'
    ? `Published revision ${revision} as a draft: no page and no mail of ${slug} is public. To make it public: \`status: open\` in ` +
      'campaign.yaml, then publish again.'
    : `Published revision ${revision}: ${url}/en/campaigns/${slug}`

/** The current revision of a campaign; undefined if it is not published. */
async function currentOf(deployment: Deployment, slug: string): Promise<Schemas['Campaign'] | undefined> {
  try {
    return (await call(deployment, 'get', '/api/campaigns/{slug}', { path: { slug } })).json
  } catch (error) {
    if (error instanceof ApiError && error.problem?.status === 404) return undefined
    throw error
  }
}
