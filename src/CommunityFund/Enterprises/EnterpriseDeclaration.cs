using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Enterprises;

/// <summary>How long a declared period is; it begins with a month, and with its own kind of period.</summary>
public enum DeclaredSpan
{
    /// <summary>A month.</summary>
    Month,

    /// <summary>A quarter.</summary>
    Quarter,

    /// <summary>Half a year.</summary>
    Half,

    /// <summary>A calendar year.</summary>
    Year,
}

/// <summary>How far a declaration has come; overdue is what is due after its day.</summary>
public enum DeclarationState
{
    /// <summary>Another person looks at its accounts.</summary>
    Declared,

    /// <summary>Sent back with the reason; to be declared anew.</summary>
    Returned,

    /// <summary>Verified, and by the agreement nothing is due for the period.</summary>
    NothingDue,

    /// <summary>Verified; an accountant writes the voucher of what is owed.</summary>
    Verified,

    /// <summary>That voucher waits for review.</summary>
    Prepared,

    /// <summary>Waited for.</summary>
    Due,

    /// <summary>In the bank and in the books.</summary>
    Received,

    /// <summary>A second person is to agree that it is given up.</summary>
    Waiving,

    /// <summary>Given up by a resolution.</summary>
    Waived,
}

/// <summary>What an enterprise says of one period, with its accounts, and what becomes of it.</summary>
public sealed class EnterpriseDeclaration
{
    /// <summary>There is no such declaration, or the reader's role does not reach it.</summary>
    public const string Unknown = "enterprise.declaration-unknown";

    /// <summary>Somebody has moved it on; the facts say how it stands.</summary>
    public const string OutOfTurn = "enterprise.declaration-out-of-turn";

    public required int BookId { get; init; }

    public long EnterpriseDeclarationId { get; init; }

    public required long EnterpriseId { get; init; }

    public required long EnterpriseTermId { get; init; }

    public required DeclaredSpan Span { get; init; }

    public required LocalDate FromDay { get; init; }

    public required LocalDate UntilDay { get; init; }

    public required long Turnover { get; init; }

    public required long Profit { get; init; }

    public required long FiledDocumentId { get; init; }

    public required GivenFor GivenFor { get; init; }

    public required bool ByStake { get; init; }

    public required IncomeNature Nature { get; init; }

    public required long DueUnits { get; init; }

    public required LocalDate DueOn { get; init; }

    public required DeclarationState State { get; set; }

    public required long DeclaredBy { get; init; }

    public required Instant DeclaredAt { get; init; }

    public long? VerifiedBy { get; set; }

    public Instant? VerifiedAt { get; set; }

    /// <summary>Why it went back.</summary>
    public string Reply { get; set; } = "";

    /// <summary>The voucher of what is owed; a gift has none.</summary>
    public long? VoucherId { get; set; }

    public long? ExpectationId { get; set; }

    /// <summary>Number of the resolution that gives it up.</summary>
    public string WaiverNumber { get; set; } = "";

    public LocalDate? WaiverDay { get; set; }

    public string WaiverReason { get; set; } = "";

    public long? WaiverBy { get; set; }

    public long? WaivedBy { get; set; }

    public Instant? WaivedAt { get; set; }

    /// <summary>What the payer is asked to write, so that the bank's line is found.</summary>
    internal static string CodeOf(long declaration) => $"SQ{declaration}";

    /// <summary>The last day of a period that begins on a day.</summary>
    internal static LocalDate LastDay(LocalDate from, DeclaredSpan span) =>
        from.PlusMonths(span switch
        {
            DeclaredSpan.Month => 1,
            DeclaredSpan.Quarter => 3,
            DeclaredSpan.Half => 6,
            _ =>
            12
        }).PlusDays(-1);

    /// <summary>The declaration, locked, if it is in one of the states.</summary>
    internal static async Task<EnterpriseDeclaration> Lock(Work work, long id, CancellationToken ct,
        params DeclarationState[] states)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from enterprise_declaration where book_id = {work.Book} and enterprise_declaration_id = {id} for no key update", ct);
        EnterpriseDeclaration row = await work.Db.Set<EnterpriseDeclaration>()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.EnterpriseDeclarationId == id, ct)
            ?? throw new RefusedException(Unknown, ("declaration", id));
        return states.Contains(row.State) ? row : throw new RefusedException(OutOfTurn, ("state", Term.Of(row.State)));
    }

    /// <summary>The fund it gives to; none if there is no such declaration.</summary>
    internal static Task<List<int>> FundOf(Work work, long id, CancellationToken ct) => (
        from row in work.Db.Set<EnterpriseDeclaration>()
        join term in work.Db.Set<EnterpriseTerm>() on new { row.BookId, row.EnterpriseTermId } equals new
        {
            term.BookId,
            term.EnterpriseTermId
        }
        where row.BookId == work.Book && row.EnterpriseDeclarationId == id
        select term.FundId).ToListAsync(ct);

    /// <summary>The fund it gives to and the one in which its voucher stands: what a dividend takes off an investment lies elsewhere.</summary>
    internal static async Task<IReadOnlyList<int>> BookedIn(Work work, long id, CancellationToken ct)
    {
        EnterpriseDeclaration? row = await work.Db.Set<EnterpriseDeclaration>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.EnterpriseDeclarationId == id, ct);
        if (row is null)
        {
            return [];
        }

        EnterpriseTerm term = await row.TermOf(work, ct);
        return [term.FundId, (await NatureOf.Fund(work, row.Nature, term, ct)).FundId];
    }

    internal Task<EnterpriseTerm> TermOf(Work work, CancellationToken ct) => work.Db.Set<EnterpriseTerm>().AsNoTracking()
        .SingleAsync(row => row.BookId == BookId && row.EnterpriseTermId == EnterpriseTermId, ct);

    internal sealed class Mapping : IEntityTypeConfiguration<EnterpriseDeclaration>
    {
        public void Configure(EntityTypeBuilder<EnterpriseDeclaration> entity)
        {
            entity.HasKey(row => new { row.BookId, row.EnterpriseDeclarationId });
            entity.Property(row => row.EnterpriseDeclarationId).ValueGeneratedOnAdd();
            entity.Property(row => row.Span).AsCode();
            entity.Property(row => row.GivenFor).AsCode();
            entity.Property(row => row.Nature).AsCode();
            entity.Property(row => row.State).AsCode();
        }
    }
}
