import { join } from 'node:path'

/** Folders of the clone that this program stands in, whatever the current folder is. */

const root = join(import.meta.dirname, '../..')
export const CAMPAIGNS = join(root, 'campaigns')
export const STRINGS = join(root, 'strings')
export const MAIL_STRINGS = join(root, 'emails', 'strings')
/** Files of this machine, which git ignores. */
export const PRIVATE = join(root, '.tocsin')
