import { join } from 'node:path'

/** Folders of the clone that this program stands in, whatever the current folder is. */

export const ROOT = join(import.meta.dirname, '../..')
export const CAMPAIGNS = join(ROOT, 'campaigns')
export const STRINGS = join(ROOT, 'strings')
/** Files of this machine, which git ignores. */
export const PRIVATE = join(ROOT, '.tocsin')
