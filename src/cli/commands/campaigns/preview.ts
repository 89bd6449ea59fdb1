import { spawn } from 'node:child_process'
import { basename, join } from 'node:path'
import { type Fault, formatFault } from '../../../campaigns/source/fault.ts'
import { readCampaign } from '../../../campaigns/source/read-campaign.ts'
import { campaignFiles, localesIn, namesIn } from '../../campaign-folders.ts'
import { folderNamed } from '../../campaign-path.ts'
import { Mistake } from '../../command.ts'
import { act, type CommandRegistration, withJson } from '../../program/registration.ts'
import type { TerminalOptions } from '../../program/terminal.ts'
import { CAMPAIGNS, STRINGS } from '../../project.ts'

const PREVIEW = join(import.meta.dirname, '../../../../scripts/preview.ts')

type PreviewOptions = TerminalOptions & { out?: string; open?: boolean; build: boolean }

export const registerPreview: CommandRegistration = (program) => {
  const described = program
    .command('preview')
    .description('write every page and mail of campaigns to a folder, drafts included; nothing is published or sent')
  withJson(described)
    .argument('[campaigns...]', 'names in campaigns/, or folders; all campaigns if none is named')
    .option('--out <FOLDER>', 'where to write (build/preview)')
    .option('--open', 'open it in the browser')
    .option('--no-build', 'use what was built last')
    .action((typed: string[], options: PreviewOptions) =>
      act(options, async (terminal) => {
        const folders = (typed.length > 0 ? typed : namesIn(CAMPAIGNS)).map(folderNamed)
        const faults = (await Promise.all(folders.map(faultsIn))).flat()
        for (const fault of faults) terminal.warn(formatFault(fault))
        if (faults.length > 0) throw new Mistake('Nothing was written.')
        return render(folders, options)
      }),
    )
}

async function faultsIn(folder: string): Promise<Fault[]> {
  return (await readCampaign(basename(folder), campaignFiles(folder), localesIn(STRINGS))).faults
}

function render(
  folders: readonly string[],
  { out, open = false, json = false, build }: PreviewOptions,
): Promise<number> {
  const flags = [
    ...(out === undefined ? [] : ['--out', out]),
    ...(open ? ['--open'] : []),
    ...(json ? ['--json'] : []),
    ...(build ? [] : ['--no-build']),
  ]
  const preview = spawn(process.execPath, [PREVIEW, ...flags, ...folders], { stdio: 'inherit' })
  process.on('SIGINT', () => undefined)
  return new Promise((resolve, reject) => {
    preview.once('error', reject)
    preview.once('exit', (status) => resolve(status ?? 1))
  })
}
