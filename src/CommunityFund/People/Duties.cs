using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.People;

/// <summary>How many people share the work: the more there are, the more is kept apart.</summary>
public enum DutyPreset
{
    /// <summary>Three people: what the law keeps apart, and two pairs of eyes on every voucher.</summary>
    Three,

    /// <summary>Five people: writing and reviewing are apart, and who watches does none of the work.</summary>
    Five,

    /// <summary>Nine people: nobody who administers keeps books, and each step of a grant has its own person.</summary>
    Nine,
}

/// <summary>Duties that one person may not hold together.</summary>
public sealed record DutyPair(Role One, Role Other)
{
    public bool Joins(Role a, Role b) => (a == One && b == Other) || (a == Other && b == One);
}

/// <summary>Separations beyond maker and reviewer of a voucher (rulings 21): a matrix in force from a day on.</summary>
public static class Duties
{
    // The cashier holds the money and neither reviews vouchers nor writes them (会计法 第三十五条; 会计基础工作规范 第十二条).
    private static readonly DutyPair[] ByLaw =
        [new(Role.Accountant, Role.Cashier), new(Role.Cashier, Role.VoucherReviewer)];

    private static readonly DutyPair[] AmongFive =
    [
        new(Role.Accountant, Role.VoucherReviewer), new(Role.Admin, Role.Cashier),
        new(Role.Cashier, Role.ApproverL1), new(Role.Cashier, Role.ApproverL2), new(Role.Panel, Role.Accountant),
        new(Role.Panel, Role.VoucherReviewer), new(Role.Panel, Role.Cashier), new(Role.Panel, Role.ApproverL1),
        new(Role.Panel, Role.ApproverL2),
    ];

    private static readonly DutyPair[] AmongNine =
    [
        new(Role.Admin, Role.Accountant), new(Role.Admin, Role.VoucherReviewer), new(Role.Admin, Role.ApproverL1),
        new(Role.Admin, Role.ApproverL2), new(Role.Accountant, Role.ApproverL1), new(Role.Accountant, Role.ApproverL2),
        new(Role.ApproverL1, Role.ApproverL2), new(Role.Lead, Role.ApproverL1), new(Role.Lead, Role.ApproverL2),
        new(Role.Lead, Role.Voter), new(Role.Desk, Role.Voter), new(Role.FinLead, Role.VoucherReviewer),
        new(Role.Chair, Role.Clerk),
    ];

    /// <summary>What a preset keeps apart; the larger hold the smaller.</summary>
    public static IReadOnlyList<DutyPair> Of(DutyPreset preset) => preset switch
    {
        DutyPreset.Three => ByLaw,
        DutyPreset.Five => [.. ByLaw, .. AmongFive],
        _ => [.. ByLaw, .. AmongFive, .. AmongNine],
    };

    /// <summary>The matrix in force on a day; what the law keeps apart is always in it.</summary>
    internal static async Task<IReadOnlyList<DutyPair>> InForce(Work work, LocalDate day, CancellationToken ct)
    {
        long matrix = await work.Db.Set<DutyMatrix>().Where(row => row.BookId == work.Book && row.ValidFrom <= day)
            .MaxAsync(row => (long?)row.MatrixId, ct) ?? 0;
        List<DutyPairRow> rows = await work.Db.Set<DutyPairRow>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.MatrixId == matrix).ToListAsync(ct);
        return [.. ByLaw.Concat(rows.Select(row => row.Pair)).Distinct()];
    }

    internal static async Task Add(Work work, int book, DutyPreset preset, LocalDate from, long? proposal, CancellationToken ct)
    {
        DutyMatrix matrix = new() { BookId = book, Preset = preset, ValidFrom = from, ProposalId = proposal };
        work.Db.Add(matrix);
        await work.Db.SaveChangesAsync(ct);
        work.Db.AddRange(Of(preset).Select(pair => DutyPairRow.Of(book, matrix.MatrixId, pair)));
    }
}

/// <summary>A version of the matrix.</summary>
public sealed class DutyMatrix
{
    public required int BookId { get; init; }

    public long MatrixId { get; init; }

    public required DutyPreset Preset { get; init; }

    public required LocalDate ValidFrom { get; init; }

    /// <summary>Who asked for it and who agreed; null for the one that the books began with.</summary>
    public long? ProposalId { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<DutyMatrix>
    {
        public void Configure(EntityTypeBuilder<DutyMatrix> entity)
        {
            entity.HasKey(row => new { row.BookId, row.MatrixId });
            entity.Property(row => row.MatrixId).ValueGeneratedOnAdd();
            entity.Property(row => row.Preset).AsCode();
        }
    }
}

/// <summary>One pair of a matrix as it is stored, whatever later versions of the program keep apart.</summary>
public sealed class DutyPairRow
{
    public required int BookId { get; init; }

    public required long MatrixId { get; init; }

    public required string One { get; init; }

    public required string Other { get; init; }

    internal DutyPair Pair => new(Codes.Parse<Role>(One), Codes.Parse<Role>(Other));

    internal static DutyPairRow Of(int book, long matrix, DutyPair pair)
    {
        string[] codes = [Codes.Kebab(pair.One), Codes.Kebab(pair.Other)];
        Array.Sort(codes, StringComparer.Ordinal);
        return new DutyPairRow { BookId = book, MatrixId = matrix, One = codes[0], Other = codes[1] };
    }

    internal sealed class Mapping : IEntityTypeConfiguration<DutyPairRow>
    {
        public void Configure(EntityTypeBuilder<DutyPairRow> entity) => entity.ToTable("duty_pair")
            .HasKey(row => new { row.BookId, row.MatrixId, row.One, row.Other });
    }
}
