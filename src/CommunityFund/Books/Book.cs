using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>One legal entity's set of books.</summary>
public sealed class Book
{
    public int BookId { get; init; }

    public required string Code { get; init; }

    public required string Name { get; init; }

    public required LocalDate OpeningDay { get; init; }

    public required Instant CreatedAt { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<Book>
    {
        public void Configure(EntityTypeBuilder<Book> entity) => entity.HasKey(book => book.BookId);
    }
}

/// <summary>Which standard is in force for a book from a day on.</summary>
public sealed class BookStandard
{
    public required int BookId { get; init; }

    public required LocalDate ValidFrom { get; init; }

    public required string Standard { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<BookStandard>
    {
        public void Configure(EntityTypeBuilder<BookStandard> entity) => entity.HasKey(row => new { row.BookId, row.ValidFrom });
    }
}

/// <summary>A month of the book's calendar, its opening (00) or its adjusting period (13).</summary>
public sealed class AccountingPeriod
{
    public required int BookId { get; init; }

    /// <summary>YYYYMM, YYYY00 for opening balances, YYYY13 for the adjusting period.</summary>
    public required int Number { get; init; }

    public required LocalDate Starts { get; init; }

    public required LocalDate Ends { get; init; }

    public Instant? ClosedAt { get; private set; }

    public long? ClosedBy { get; private set; }

    /// <summary>Its income and expense went into net assets when it closed; false of months closed before there were closing
    /// vouchers.</summary>
    public bool Carried { get; private set; }

    /// <summary>The month a day falls in.</summary>
    public static int Of(LocalDate day) => (day.Year * 100) + day.Month;

    /// <summary>Opening, twelve months and the adjusting period of one year.</summary>
    public static IEnumerable<AccountingPeriod> OfYear(int book, int year)
    {
        LocalDate first = new(year, 1, 1), last = new(year, 12, 31);
        yield return new AccountingPeriod { BookId = book, Number = year * 100, Starts = first, Ends = last };
        for (int month = 1; month <= 12; month++)
        {
            LocalDate starts = new(year, month, 1);
            LocalDate ends = starts.PlusMonths(1).PlusDays(-1);
            yield return new AccountingPeriod { BookId = book, Number = (year * 100) + month, Starts = starts, Ends = ends };
        }

        yield return new AccountingPeriod { BookId = book, Number = (year * 100) + 13, Starts = last, Ends = last };
    }

    internal sealed class Mapping : IEntityTypeConfiguration<AccountingPeriod>
    {
        public void Configure(EntityTypeBuilder<AccountingPeriod> entity)
        {
            entity.ToTable("period").HasKey(period => new { period.BookId, period.Number });
            entity.Property(period => period.Number).HasColumnName("period");
        }
    }
}
