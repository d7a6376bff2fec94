using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace CommunityFund.Donations;

/// <summary>A scan of an agreement, kept with it. Its content is read apart.</summary>
public sealed class AgreementPaper
{
    /// <summary>A paper was uploaded too long ago, by somebody else, or never.</summary>
    public const string Gone = "agreement.paper-gone";

    public required int BookId { get; init; }

    public required long GiftAgreementId { get; init; }

    public required short Ordinal { get; init; }

    public required byte[] Sha256 { get; init; }

    public required FileKind Format { get; init; }

    public required string Name { get; init; }

    public required short Sheets { get; init; }

    internal static async Task Keep(Work work, long agreement, IReadOnlyList<Enclosure> papers, CancellationToken ct)
    {
        short ordinal = 0;
        foreach (byte[] hash in papers.Select(paper => paper.Bytes()).DistinctBy(Convert.ToHexString))
        {
            ordinal++;
            int kept = await work.Db.Database.ExecuteSqlAsync(
                $"""
                insert into agreement_paper (book_id, gift_agreement_id, ordinal, sha256, format, name, sheets, content)
                select {work.Book}, {agreement}, {ordinal}, u.sha256, u.format, u.name, u.sheets, u.content from document_upload u
                 where u.book_id = {work.Book} and u.uploaded_by = {work.ActorId} and u.sha256 = {hash}
                """,
                ct);
            if (kept == 0)
            {
                throw new RefusedException(Gone);
            }

            await work.Db.Database.ExecuteSqlAsync(
                $"delete from document_upload where book_id = {work.Book} and uploaded_by = {work.ActorId} and sha256 = {hash}", ct);
        }
    }

    internal sealed class Mapping : IEntityTypeConfiguration<AgreementPaper>
    {
        public void Configure(EntityTypeBuilder<AgreementPaper> entity)
        {
            entity.HasKey(row => new { row.BookId, row.GiftAgreementId, row.Ordinal });
            entity.Property(row => row.Format).AsCode();
            entity.Property<byte[]>("Content").IsRequired();
        }
    }
}

/// <summary>A paper's bytes, for a download.</summary>
public sealed record AgreementPaperContent(string Name, FileKind Format, byte[] Content);

/// <summary>One paper of an agreement, for those who see the agreement.</summary>
public sealed record AgreementPaperFile(long Agreement, string Sha256) : Query<AgreementPaperContent>
{
    internal override Need Needs => Need.Any(ReadableVouchers.Readers);

    internal override async Task<AgreementPaperContent> Answer(Work work, CancellationToken ct)
    {
        byte[] hash = new Enclosure(Sha256).Bytes();
        int[] funds = [.. work.Rights.FundsOf(ReadableVouchers.Readers)];
        return await (from paper in work.Db.Set<AgreementPaper>().AsNoTracking()
                      join agreement in work.Db.Set<GiftAgreement>() on new { paper.BookId, paper.GiftAgreementId }
                          equals new { agreement.BookId, agreement.GiftAgreementId }
                      where paper.BookId == work.Book && paper.GiftAgreementId == Agreement && paper.Sha256 == hash
                          && funds.Contains(agreement.FundId)
                      select new AgreementPaperContent(paper.Name, paper.Format, EF.Property<byte[]>(paper, "Content")))
            .SingleOrDefaultAsync(ct) ?? throw new RefusedException(GiftAgreement.Unknown, ("agreement", Agreement));
    }
}
