// Calls the notes example through types that are generated from its document. Prints what it was answered.
// What the types do not allow is marked with @ts-expect-error: the compiler fails if it were allowed.
import createClient from "openapi-fetch";

import type { components, paths } from "./notes.js";

declare const process: { argv: string[] };

type Note = components["schemas"]["Note"];

const client = createClient<paths>({ baseUrl: process.argv[2] ?? "" });

const created = await client.POST("/notes", { body: { title: "Tide table", text: "High at noon", pinned: true } });
const note: Note | undefined = created.data;
if (note === undefined) {
  throw new Error(`not created: ${created.response.status}`);
}
const edited: string = note.edited;

const read = await client.GET("/notes/{note_id}", { params: { path: { note_id: note.id } } });
const list = await client.GET("/notes", { params: { query: { search: "tide", limit: 1 } } });
const missing = await client.GET("/notes/{note_id}", { params: { path: { note_id: 999_999 } } });
// @ts-expect-error: a title is needed
const refused = await client.POST("/notes", { body: {} });
// @ts-expect-error: there is no such path
const nowhere = await client.GET("/nowhere");
// @ts-expect-error: an id is a number
const misread = await client.GET("/notes/{note_id}", { params: { path: { note_id: "one" } } });
const deleted = await client.DELETE("/notes/{note_id}", { params: { path: { note_id: note.id } } });

console.log(
  JSON.stringify({
    created: [created.response.status, note.title, note.pinned, Number.isNaN(Date.parse(edited))],
    read: [read.response.status, read.data?.text],
    list: list.data?.map((found) => found.title),
    missing: [missing.response.status, missing.error],
    refused: refused.response.status,
    nowhere: nowhere.response.status,
    misread: misread.response.status,
    deleted: deleted.response.status,
  }),
);
