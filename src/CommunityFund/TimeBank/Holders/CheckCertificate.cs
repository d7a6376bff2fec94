using System.Security.Cryptography;
using System.Text;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Members;
using CommunityFund.TimeBank.Programmes;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Holders;

/// <summary>A certificate as it was issued.</summary>
/// <param name="Name">Of whoever served, as the register of people has it now.</param>
/// <param name="Digest">SHA-256 of what it says, in hexadecimal.</param>
/// <param name="IsStill">Whether the records still say the same.</param>
public sealed record CertificateView(
    string Body, string Programme, string Name, string Number, string Code, Instant IssuedAt, LocalDate From, LocalDate Until,
    CertifiedHours Says, string Digest, bool IsStill)
{
    internal static async Task<CertificateView> Of(Work work, ServiceCertificate row, CancellationToken ct)
    {
        string now = (await ServiceRecords.Of(work, row.PersonId, row.FromDay, row.UntilDay, ct)).Text();
        return new CertificateView(
            await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.Name).SingleAsync(ct),
            (await work.FundById(row.FundId, ct)).Name, (await PersonName.Of(work, [row.PersonId], ct))[row.PersonId],
            row.Number, row.Code(work.Foundation), row.IssuedAt, row.FromDay,
            row.UntilDay, CertifiedHours.Read(row.Content), Convert.ToHexStringLower(row.ContentSha256), now == row.Content);
    }
}

/// <summary>Whether a certificate is genuine and what it said, for whoever holds it.</summary>
public sealed record CheckCertificate(string Number, [property: Secret] string Code) : Query<CertificateView>
{
    /// <summary>Number and code do not belong together.</summary>
    public const string Unknown = "certificate.code-unknown";

    internal override Need Needs => Need.Anybody;

    internal override async Task<CertificateView> Answer(Work work, CancellationToken ct)
    {
        string asked = PlainText.Of(Number).Replace(" ", "", StringComparison.Ordinal);
        ServiceCertificate? row = await work.Db.Set<ServiceCertificate>().AsNoTracking().SingleOrDefaultAsync(each => each.Number == asked, ct);
        byte[] typed = Encoding.UTF8.GetBytes(PlainText.Of(Code).Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant());
        return row is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(row.Code(work.Foundation)), typed)
            ? await CertificateView.Of(work.In(row.BookId), row, ct) : throw new RefusedException(Unknown);
    }
}

/// <summary>An own certificate, to print it.</summary>
public sealed record MyCertificate(MemberPass Pass, long Id) : Query<CertificateView>
{
    internal override Need Needs => Need.Anybody;

    internal override async Task<CertificateView> Answer(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        Work there = work.In(me.BookId);
        ServiceCertificate row = await there.Db.Set<ServiceCertificate>().AsNoTracking().SingleOrDefaultAsync(each => each.BookId == there.Book
            && each.ServiceCertificateId == Id && each.PersonId == me.PersonId, ct) ?? throw new RefusedException(CheckCertificate.Unknown);
        return await CertificateView.Of(there, row, ct);
    }
}

/// <summary>Own certificates, the newest first.</summary>
public sealed record MyCertificates(MemberPass Pass) : Query<IReadOnlyList<CertificateRow>>
{
    internal override Need Needs => Need.Anybody;

    internal override async Task<IReadOnlyList<CertificateRow>> Answer(Work work, CancellationToken ct)
    {
        Member me = await Member.Who(work, Pass, ct);
        return await ServiceCertificate.Of(work.In(me.BookId), me.PersonId, ct);
    }
}

/// <summary>A certificate that a coordinator prints.</summary>
public sealed record HolderCertificate(long Id) : Query<CertificateView>
{
    internal override Need Needs => Need.Any(Programme.Readers);

    internal override async Task<CertificateView> Answer(Work work, CancellationToken ct)
    {
        ServiceCertificate row = await work.Db.Set<ServiceCertificate>().AsNoTracking().SingleOrDefaultAsync(each => each.BookId == work.Book
            && each.ServiceCertificateId == Id, ct) ?? throw new RefusedException(CheckCertificate.Unknown);
        return work.Rights.Reaches(Programme.Readers, row.FundId) ? await CertificateView.Of(work, row, ct)
            : throw new RefusedException(CheckCertificate.Unknown);
    }
}
