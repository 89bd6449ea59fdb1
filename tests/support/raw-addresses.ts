export type RawAddresses = { posts: string[][]; single: string[] }

const KEY = /^( *)(?:- )?(post|fax|phone|email|web):\s*(.*)$/

/**
 * All addresses of a `campaign.yaml` in file order, read from its lines without a YAML parser, to compare pages and texts with.
 * An address that two parties share is listed twice.
 */
export function rawAddresses(yaml: string): RawAddresses {
  const lines = yaml.split('\n').map((line) => line.replace(/(^|\s)#.*$/, ''))
  const posts: string[][] = []
  const single: string[] = []
  for (const [index, line] of lines.entries()) {
    const [, spaces, channel, rest] = KEY.exec(line) ?? []
    if (spaces === undefined || rest === undefined) continue
    const values = rest.startsWith('[') ? rest.trim().slice(1, -1).split(',') : itemsAfter(lines, index)
    const plain = values.map((value) => value.trim().replace(/^(['"])(.*)\1$/, '$2'))
    if (channel === 'post') posts.push(plain)
    else single.push(...plain)
  }
  return { posts, single }
}

function itemsAfter(lines: readonly string[], index: number): string[] {
  const items: string[] = []
  for (const line of lines.slice(index + 1)) {
    const [, item] = /^ +- (.*)$/.exec(line) ?? []
    if (item === undefined || KEY.test(line) || /^ *- \w+: /.test(line)) break
    items.push(item)
  }
  return items
}

/** How often `piece` occurs in `text`, not counting longer numbers or addresses that contain the piece. */
export const timesIn = (text: string, piece: string): number =>
  [...text.matchAll(new RegExp(`(?<![\\w.+-])${escaped(piece)}(?![\\w-]|\\.\\w)`, 'gu'))].length

export const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
