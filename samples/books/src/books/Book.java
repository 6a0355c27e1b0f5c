package books;

/** A book as the library knows it. */
record Book(int id, String author, String title) {
  Book {
    if (author.isBlank() || title.isBlank()) {
      throw new IllegalArgumentException("a book has an author and a title");
    }
  }

  String json() {
    return "{\"id\":%d,\"author\":%s,\"title\":%s}".formatted(id, quoted(author), quoted(title));
  }

  static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append("\\u%04x".formatted((int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }
}
