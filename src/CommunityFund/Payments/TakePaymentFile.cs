using System.Security.Cryptography;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime.Text;

namespace CommunityFund.Payments;

/// <summary>Somebody takes a released batch to the bank. What was taken is kept as it was, with its hash and who took it.</summary>
/// <param name="Layout">Key of a <see cref="PaymentLayout"/>.</param>
/// <param name="Format">csv or xlsx.</param>
public sealed record TakePaymentFile(Guid Key, long Batch, string Layout, string Format) : Command<long>(Key)
{
    /// <summary>There is no such layout or format.</summary>
    public const string UnknownLayout = "payment.unknown-layout";

    /// <summary>The bank has paid all of it, or said that it did not.</summary>
    public const string NothingToPay = "payment.nothing-to-pay";

    /// <summary>The form for a payment of a batch that the bank is to hand back: P3-1.</summary>
    internal static string IdOf(long batch, int row) => $"P{batch}-{row}";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any([.. Paying.Making, .. Paying.Approving]).ForWholeBook().Proved());

    /// <returns>The file's id; its bytes are asked for with <see cref="TakenPaymentFile"/>.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        PaymentLayout layout = Format is "csv" or "xlsx" && PaymentLayout.Find(Layout) is { } known ? known
            : throw new RefusedException(UnknownLayout);
        PaymentBatch batch = await PaymentBatch.Lock(work, Batch, ct, BatchState.Released);
        List<PaymentLine> lines = await Lines(work, batch, ct);
        if (lines.Count == 0)
        {
            throw new RefusedException(NothingToPay);
        }

        byte[] content = PaymentFileWriter.Write(layout, Format, lines);
        PaymentFile file = new()
        {
            BookId = work.Book,
            PaymentBatchId = Batch,
            Layout = layout.Key,
            Format = Format,
            Sha256 = SHA256.HashData(content),
            Content = content,
            TakenBy = work.ActorId,
            TakenAt = work.Now,
        };
        work.Db.Add(file);
        await work.Db.SaveChangesAsync(ct);
        return file.PaymentFileId;
    }

    private static async Task<List<PaymentLine>> Lines(Work work, PaymentBatch batch, CancellationToken ct)
    {
        IReadOnlyList<BatchRow> rows = await BatchRow.Of(work, batch.PaymentBatchId, ct);
        string from = (await OwnBankAccount.All(work, ct)).Single(account => account.Id == batch.BankAccountId).Number;
        string day = LocalDatePattern.CreateWithInvariantCulture("uuuuMMdd").Format(batch.PayOn);
        return
        [
            .. rows.Where(row => row.State == PaymentState.Waiting && !row.IsMet).Select(row => new PaymentLine(
                row.RowNo, IdOf(batch.PaymentBatchId, row.RowNo), row.Number, row.Holder, row.BankName, row.Amount.Units,
                $"{row.Code} {row.Title}", from, day)),
        ];
    }
}

/// <summary>A file as it was taken for the bank.</summary>
public sealed record TakenFile(string Name, string Format, byte[] Content);

/// <summary>The bytes of a file that was taken for the bank: downloaded, so that a proof is asked for and the log tells who has them.</summary>
public sealed record TakenPaymentFile(long File) : Query<TakenFile>
{
    /// <summary>There is no such file.</summary>
    public const string Unknown = "payment.unknown-file";

    internal override Need Needs => Need.Any([.. Paying.Making, .. Paying.Approving]).ForWholeBook();

    internal override async Task<TakenFile> Answer(Work work, CancellationToken ct)
    {
        PaymentFile file = await work.Db.Set<PaymentFile>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.PaymentFileId == File, ct)
            ?? throw new RefusedException(Unknown);
        return new TakenFile($"P{file.PaymentBatchId}-{file.Layout}.{file.Format}", file.Format, file.Content);
    }
}
