import { basename } from 'node:path'
import { formatFault } from '../../../campaigns/source/fault.ts'
import { readCampaign } from '../../../campaigns/source/read-campaign.ts'
import { campaignFiles, localesIn } from '../../campaign-folders.ts'
import { folderNamed } from '../../campaign-path.ts'
import { ApiError, call } from '../../client.ts'
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
  const current = await currentRevision(deployment, slug)
  if (current === campaign.revision) {
    terminal.give({ slug, revision: current, paused: [] })
    terminal.say(`Revision ${current} is current already.`)
    return EXIT.done
  }
  const instead = current === undefined ? 'as a new campaign' : `instead of ${current}`
  await terminal.confirm(
    `Publish ${slug} (${campaign.status}), revision ${campaign.revision}, ${instead}, at ${deployment.url}?`,
  )
  const header = current === undefined ? {} : { 'If-Match': `"${current}"` }
  const { json } = await call(deployment, 'put', '/api/campaigns/{slug}', { path: { slug }, header, json: { files } })
  terminal.give(json)
  terminal.say(`Published revision ${json.revision}: ${deployment.url}/en/campaigns/${slug}`)
  for (const id of json.paused) terminal.say(`This paused a dispatch. See npm run tocsin -- status ${id}`)
  return EXIT.done
}

async function currentRevision(deployment: Deployment, slug: string): Promise<string | undefined> {
  try {
    return (await call(deployment, 'get', '/api/campaigns/{slug}', { path: { slug } })).json.revision
  } catch (error) {
    if (error instanceof ApiError && error.problem?.status === 404) return undefined
    throw error
  }
}
