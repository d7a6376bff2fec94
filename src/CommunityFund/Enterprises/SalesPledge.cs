using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Enterprises;

/// <summary>每卖一件捐若干元: sales that promise a part to charity (慈善法 37), with the task to publish them after their end.</summary>
public sealed class SalesPledge
{
    public required int BookId { get; init; }

    public long SalesPledgeId { get; init; }

    public required long EnterpriseId { get; init; }

    public required string Title { get; init; }

    /// <summary>What is promised for each thing sold, in words.</summary>
    public required string PerItem { get; init; }

    public required int FundId { get; init; }

    public required string Agreement { get; init; }

    public required LocalDate AgreedOn { get; init; }

    public required long FiledDocumentId { get; init; }

    public required LocalDate StartsOn { get; init; }

    public required LocalDate EndsOn { get; init; }

    /// <summary>By when it is to be published; the law names no day, the house takes thirty days.</summary>
    public required LocalDate DiscloseBy { get; init; }

    public required long OpenedBy { get; init; }

    public required LocalDate OpenedOn { get; init; }

    public LocalDate? DisclosedOn { get; set; }

    public string DisclosedWhere { get; set; } = "";

    public long? DisclosedBy { get; set; }

    internal sealed class Mapping : IEntityTypeConfiguration<SalesPledge>
    {
        public void Configure(EntityTypeBuilder<SalesPledge> entity)
        {
            entity.HasKey(row => new { row.BookId, row.SalesPledgeId });
            entity.Property(row => row.SalesPledgeId).ValueGeneratedOnAdd();
        }
    }
}

/// <summary>Opens such an activity: its agreement was signed, and is filed, before it starts.</summary>
public sealed record OpenSalesPledge(
    Guid Key, long Enterprise, string Title, string PerItem, int Fund, string Agreement, LocalDate AgreedOn, LocalDate StartsOn,
        LocalDate EndsOn,
    IReadOnlyList<Enclosure>? Papers = null) : Command<long>(Key)
{
    /// <summary>The agreement is of a later day than the start, or the activity has begun.</summary>
    public const string AgreementFirst = "enterprise.agreement-first";

    /// <summary>Title, promise or number of the agreement is missing or too long, or it ends before it starts.</summary>
    public const string Incomplete = "enterprise.pledge-incomplete";

    private const int DaysToDisclose = 30;

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(RegisterRoles.Keeping).For(Fund));

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        await Enterprises.Enterprise.Of(work, Enterprise, ct);
        (string title, string perItem, string agreement) = (PlainText.Of(Title), PlainText.Of(PerItem), PlainText.Of(Agreement));
        if (title.Length is 0 or > 100 || perItem.Length is 0 or > 100 || agreement.Length is 0 or > 100 || EndsOn < StartsOn)
        {
            throw new RefusedException(Incomplete);
        }

        if (AgreedOn > StartsOn || work.Today > StartsOn || Papers is not { Count: > 0 })
        {
            throw new RefusedException(AgreementFirst, ("starts", StartsOn), ("agreed", AgreedOn));
        }

        SalesPledge pledge = new()
        {
            BookId = work.Book,
            EnterpriseId = Enterprise,
            Title = title,
            PerItem = perItem,
            FundId = (await work.FundById(Fund, ct)).FundId,
            Agreement = agreement,
            AgreedOn = AgreedOn,
            FiledDocumentId = await FiledDocument.Keep(work, Papers, ct),
            StartsOn = StartsOn,
            EndsOn = EndsOn,
            DiscloseBy = EndsOn.PlusDays(DaysToDisclose),
            OpenedBy = work.ActorId,
            OpenedOn = work.Today,
        };
        work.Db.Add(pledge);
        await work.Db.SaveChangesAsync(ct);
        return pledge.SalesPledgeId;
    }
}

/// <summary>The result of such an activity was published.</summary>
/// <param name="Where">Where it can be read.</param>
public sealed record DisclosePledge(Guid Key, long Pledge, LocalDate On, string Where) : Command<Done>(Key)
{
    /// <summary>There is no such activity, it is not over, or it was published before.</summary>
    public const string NotYet = "enterprise.disclose-not-yet";

    internal override async ValueTask<Need> Needs(Work work, CancellationToken ct) => Need.Any(RegisterRoles.Keeping)
        .For(await work.Db.Set<SalesPledge>().Where(row => row.BookId == work.Book && row.SalesPledgeId == Pledge).Select(row =>
            row.FundId).ToListAsync(ct));

    internal override async Task<Done> Apply(Work work, CancellationToken ct)
    {
        SalesPledge? row = await work.Db.Set<SalesPledge>().SingleOrDefaultAsync(row => row.BookId == work.Book
            && row.SalesPledgeId == Pledge, ct);
        if (row is null || row.DisclosedOn is not null || On <= row.EndsOn || On > work.Today
            || PlainText.Of(Where) is not { Length: > 0 and <= 200 } said)
        {
            throw new RefusedException(NotYet);
        }

        (row.DisclosedOn, row.DisclosedWhere, row.DisclosedBy) = (On, said, work.ActorId);
        return Done.It;
    }
}
