/** Addresses of a `campaign.yaml` as its lines show them, read by no YAML parser: what pages and texts are held against. */

export type RawAddresses = { posts: string[][]; single: string[] }

const KEY = /^( *)(?:- )?(post|fax|phone|email|web):\s*(.*)$/

/** Every listing of a channel, in the order of the file: an address that two parties share is there twice. */
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

/** How often a piece of text stands in another, a longer number or address that contains it not counted. */
export const timesIn = (text: string, piece: string): number =>
  [...text.matchAll(new RegExp(`(?<![\\w.+-])${escaped(piece)}(?![\\w-]|\\.\\w)`, 'gu'))].length

export const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
