// Command gallery shows every component in every state, on pages like those
// of the pictures that the look is measured by. It is for people who work on
// the look and for its browser tests; it holds no data and is not shipped.
//
//	go run ./internal/face/ui/gallery --listen 127.0.0.1:8099
package main

import (
	"flag"
	"log"
	"net/http"
	"time"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8099", "address to serve")
	flag.Parse()
	server := &http.Server{Addr: *listen, Handler: routes(), ReadHeaderTimeout: 5 * time.Second}
	log.Printf("gallery at http://%s/", *listen)
	log.Fatal(server.ListenAndServe())
}
