using System.Security.Cryptography;
using System.Text.Json.Serialization;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Payments;

/// <summary>What a result file changed.</summary>
/// <param name="LeftOpen">Rows that fit no payment, or say otherwise than before: somebody has to look.</param>
/// <param name="Before">True if the same file was read already and nothing changed.</param>
public sealed record ResultRead(int Rows, int Succeeded, int Failed, int LeftOpen, bool Before);

/// <summary>
/// The bank's answer to a batch comes back. Failures go back to the payment desk with the bank's reason, successes wait for the
/// bank's line; what the file does not speak of stays as it is. The same file again changes nothing.
/// </summary>
/// <param name="Content">The bytes; the log keeps their digest instead.</param>
public sealed record ReadPaymentResult(Guid Key, long Batch, [property: Personal] string FileName, [property: JsonIgnore] byte[] Content)
    : Command<ResultRead>(Key)
{
    /// <summary>No column of the file says what became of the payments.</summary>
    public const string NoState = "payment.result-no-state";

    /// <summary>No row of the file is one of the batch's payments.</summary>
    public const string OtherBatch = "payment.result-other-batch";

    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Content));

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) => new(Need.Any(Paying.Making).ForWholeBook());

    internal override async Task<ResultRead> Apply(Work work, CancellationToken ct)
    {
        await PaymentBatch.Lock(work, Batch, ct, BatchState.Released);
        byte[] sha256 = SHA256.HashData(Content);
        if (await work.Db.Set<PaymentResult>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.PaymentBatchId == Batch && row.Sha256 == sha256, ct) is { } before)
        {
            return new ResultRead(before.RowCount, before.Succeeded, before.Failed, before.LeftOpen, Before: true);
        }

        IReadOnlyList<ResultLine> lines = ResultColumns.Read(ResultTable.Read(Content), Batch) ?? throw new RefusedException(NoState);
        IReadOnlyList<BatchRow> known = await BatchRow.Of(work, Batch, ct);
        Dictionary<int, PaymentRow> rows = await work.Db.Set<PaymentRow>()
            .Where(row => row.BookId == work.Book && row.PaymentBatchId == Batch).ToDictionaryAsync(row => (int)row.RowNo, ct);
        List<(PaymentRow Row, bool Succeeded, string Reason)> told = [];
        int strange = Pair(lines, known, rows, told);
        if (told.Count == 0 && strange == lines.Count)
        {
            throw new RefusedException(OtherBatch, ("batch", Batch));
        }

        PaymentResult result = new()
        {
            BookId = work.Book,
            PaymentBatchId = Batch,
            Sha256 = sha256,
            FileName = PlainText.Of(FileName) is { Length: > 0 } name ? name[..Math.Min(name.Length, 120)] : "-",
            RowCount = (short)lines.Count,
            Succeeded = (short)told.Count(one => one.Succeeded),
            Failed = (short)told.Count(one => !one.Succeeded),
            LeftOpen = (short)strange,
            ReadBy = work.ActorId,
            ReadAt = work.Now,
        };
        work.Db.Add(result);
        await work.Db.SaveChangesAsync(ct);
        foreach (var (row, succeeded, reason) in told.Where(one => one.Row.State == PaymentState.Waiting))
        {
            (row.State, row.BankSays, row.PaymentResultId, row.ToldAt) = (
                succeeded ? PaymentState.Succeeded : PaymentState.Failed, reason[..Math.Min(reason.Length, 200)], result.PaymentResultId, work.Now);
            if (!succeeded)
            {
                await ((await row.Awaited(work, ct))?.Failed(work, row.BankSays, ct) ?? Task.CompletedTask);
            }
        }

        return new ResultRead(lines.Count, result.Succeeded, result.Failed, strange, Before: false);
    }

    /// <summary>By the number the bank handed back; else by account and amount, each payment once.</summary>
    /// <returns>How many lines fit none, or say otherwise than before.</returns>
    private static int Pair(IReadOnlyList<ResultLine> lines, IReadOnlyList<BatchRow> known, Dictionary<int, PaymentRow> rows,
        List<(PaymentRow Row, bool Succeeded, string Reason)> told)
    {
        int strange = 0;
        HashSet<int> taken = [];
        foreach (ResultLine line in lines.OrderBy(line => line.RowNo is null))
        {
            BatchRow? fits = line.RowNo is { } no
                ? known.FirstOrDefault(row => row.RowNo == no && (line.Units is null || line.Units == row.Amount.Units))
                : known.FirstOrDefault(row => !taken.Contains(row.RowNo) && row.Number == line.Account && row.Amount.Units == line.Units);
            if (fits is null || !taken.Add(fits.RowNo))
            {
                strange++;
            }
            else if (line.Succeeded is { } succeeded)
            {
                PaymentRow row = rows[fits.RowNo];
                if (row.State == PaymentState.Waiting || succeeded == (row.State is PaymentState.Succeeded or PaymentState.Paid))
                {
                    told.Add((row, succeeded, line.Reason));
                }
                else
                {
                    strange++;
                }
            }
        }

        return strange;
    }
}
