import {launch} from './tests/browser/browser.ts'
import {readFileSync} from 'node:fs'
const names=process.argv.slice(3)
const b=await launch(); const p=await b.newPage({viewport:{width:1500,height:1400}})
const img=n=>`<div style="width:${Math.floor(1460/names.length)}px;overflow:hidden"><img style="width:100%" src="data:image/png;base64,${readFileSync('/tmp/wt/int/build/pictures/'+n+'.png').toString('base64')}"><div>${n}</div></div>`
await p.setContent(`<div style="display:flex;gap:10px;align-items:flex-start">${names.map(img).join('')}</div>`)
await p.screenshot({path:process.argv[2],fullPage:true}); await b.close()
