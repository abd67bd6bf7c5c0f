// What a page's owner can do: open the chat, and hear what happens in it.
"use strict";

const chat = document.querySelector("wegwijzer-chat");
const list = document.getElementById("events");

document.getElementById("open").addEventListener("click", () => chat.show());

for (const name of ["wegwijzer-open", "wegwijzer-close", "wegwijzer-answer", "wegwijzer-feedback"]) {
  chat.addEventListener(name, (event) => {
    const item = document.createElement("li");
    item.textContent = event.detail ? `${name} ${JSON.stringify(event.detail)}` : name;
    list.append(item);
  });
}
