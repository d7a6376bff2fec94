using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Grants.Tranches;

/// <summary>Up to where a request for money has to go; frozen when it is made.</summary>
public enum ApprovalTier
{
    /// <summary>The first approver alone.</summary>
    First,

    /// <summary>The second approver too.</summary>
    Second,

    /// <summary>The steering group too.</summary>
    Third,
}

/// <summary>拨付期: a tranche of a running grant. Its state moves only by <see cref="TrancheMoves"/>; its money stands in
/// <see cref="TrancheFund"/>.</summary>
public sealed class Tranche
{
    /// <summary>There is no such tranche, or the reader has no part in its grant.</summary>
    public const string Unknown = "tranche.unknown";

    public required int BookId { get; init; }

    public long TrancheId { get; init; }

    public required long GrantId { get; init; }

    public required short AwardNo { get; init; }

    /// <summary>Its place in the plan, from 1.</summary>
    public required short No { get; init; }

    /// <summary>What is planned for it, in fen; an amendment may change it before anything was asked of it.</summary>
    public required long Units { get; set; }

    /// <summary>The day before which it is not paid.</summary>
    public required LocalDate EarliestOn { get; set; }

    /// <summary>What it waits for, in the agreement's words.</summary>
    public required string Condition { get; set; }

    /// <summary>Until when its report and acquittal are due.</summary>
    public required LocalDate ReportDueOn { get; set; }

    public required TrancheState State { get; set; }

    public required int StateVersion { get; set; }

    /// <summary>Until when the next step is due; null if nothing is.</summary>
    public LocalDate? DueOn { get; set; }

    /// <summary>What was asked for, in fen; zero before.</summary>
    public long Asked { get; set; }

    /// <summary>How far the request has to go; null before it is made.</summary>
    public ApprovalTier? Tier { get; set; }

    /// <summary>Counts the requests; lines, papers and checks belong to one.</summary>
    public short RequestNo { get; set; }

    /// <summary>What the bank's line is waited for with, once it is approved.</summary>
    public long? ExpectationId { get; set; }

    /// <summary>The day of the bank's line that paid it.</summary>
    public LocalDate? PaidOn { get; set; }

    /// <summary>Who held it: the panel's hold only the panel lifts.</summary>
    public GrantMover? HeldBy { get; set; }

    /// <summary>The tranche, locked after its grant.</summary>
    internal static async Task<Tranche> Lock(Work work, long tranche, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"""
            select 1 from grant_case where book_id = {work.Book}
               and grant_id = (select grant_id from tranche where book_id = {work.Book} and tranche_id = {tranche}) for no key update
            """, ct);
        return await Locked(work, $"select * from tranche where book_id = {work.Book} and tranche_id = {tranche} for no key update", ct) is [var row]
            ? row : throw new RefusedException(Unknown, ("tranche", tranche));
    }

    /// <summary>All tranches of a grant's award that runs, in their order, locked.</summary>
    internal static async Task<List<Tranche>> LockAll(Work work, long grant, CancellationToken ct)
    {
        await GrantCase.Lock(work, grant, ct);
        return [.. (await Locked(work,
                $"select * from tranche where book_id = {work.Book} and grant_id = {grant} order by tranche_id for no key update", ct))
            .OrderBy(row => row.AwardNo).ThenBy(row => row.No)];
    }

    /// <summary>As they are now that they are locked, also those that were read before.</summary>
    private static async Task<List<Tranche>> Locked(Work work, FormattableString sql, CancellationToken ct)
    {
        HashSet<Tranche> before = [.. work.Db.Set<Tranche>().Local];
        List<Tranche> rows = await work.Db.Set<Tranche>().FromSql(sql).ToListAsync(ct);
        foreach (Tranche row in rows.Where(before.Contains))
        {
            await work.Db.Entry(row).ReloadAsync(ct);
        }

        return rows;
    }

    internal sealed class Mapping : IEntityTypeConfiguration<Tranche>
    {
        public void Configure(EntityTypeBuilder<Tranche> entity)
        {
            entity.HasKey(row => new { row.BookId, row.TrancheId });
            entity.Property(row => row.TrancheId).ValueGeneratedOnAdd();
            entity.Property(row => row.State).AsCode();
            entity.Property(row => row.Tier).AsCode();
            entity.Property(row => row.HeldBy).AsCode();
        }
    }
}

/// <summary>A step of a tranche that happened. Never changed.</summary>
public sealed class TrancheLog
{
    public required int BookId { get; init; }

    public required long TrancheId { get; init; }

    public required int StateVersion { get; init; }

    public required TrancheMove Move { get; init; }

    public TrancheState? FromState { get; init; }

    public required TrancheState ToState { get; init; }

    public required GrantMover Mover { get; init; }

    /// <summary>Null for the calendar when nobody's act brought it about.</summary>
    public long? ActorId { get; init; }

    public required Instant At { get; init; }

    public required string Reason { get; init; }

    /// <summary>What the guards saw, as JSON of ids, days and amounts.</summary>
    public required string Facts { get; init; }

    /// <summary>Vouchers it comes with; in the books when the transaction ends.</summary>
    public required long[] Vouchers { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<TrancheLog>
    {
        public void Configure(EntityTypeBuilder<TrancheLog> entity)
        {
            entity.HasKey(row => new { row.BookId, row.TrancheId, row.StateVersion });
            entity.Property(row => row.StateVersion).ValueGeneratedNever();
            entity.Property(row => row.Move).AsCode();
            entity.Property(row => row.FromState).AsCode();
            entity.Property(row => row.ToState).AsCode();
            entity.Property(row => row.Mover).AsCode();
            entity.Property(row => row.Facts).HasColumnType("jsonb");
        }
    }
}

/// <summary>A row of <see cref="TrancheLife"/> as the database has it; a test compares the two.</summary>
public sealed class TrancheRule
{
    public required string FromState { get; init; }

    public required string Move { get; init; }

    public required string ToState { get; init; }

    public required string Mover { get; init; }

    public required string Posts { get; init; }

    internal sealed class Mapping : IEntityTypeConfiguration<TrancheRule>
    {
        public void Configure(EntityTypeBuilder<TrancheRule> entity) => entity.HasKey(row => new { row.FromState, row.Move });
    }
}
