package books;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The books, in the order in which they came. They live as long as the process. */
final class Library {
  private final Map<Integer, Book> books = new ConcurrentSkipListMap<>();
  private final AtomicInteger last = new AtomicInteger();

  Book add(String author, String title) {
    Book book = new Book(last.incrementAndGet(), author, title);
    books.put(book.id(), book);
    return book;
  }

  Optional<Book> find(int id) {
    return Optional.ofNullable(books.get(id));
  }

  boolean remove(int id) {
    return books.remove(id) != null;
  }

  /** At most {@code limit} books, all authors' if {@code author} is empty. */
  List<Book> list(String author, int limit) {
    return books.values().stream()
        .filter(book -> author.isEmpty() || book.author().equals(author))
        .limit(limit)
        .toList();
  }
}
