using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace CommunityFund.Books;

/// <summary>
/// A transaction that lost its connection is over. EF would open another and go on outside any transaction, statement by statement; here
/// it is told instead that the connection broke, and the whole command is settled by its key.
/// </summary>
internal sealed class OneConnection : DbConnectionInterceptor
{
    public override InterceptionResult ConnectionOpening(DbConnection connection, ConnectionEventData eventData, InterceptionResult result) =>
        Refuse(eventData, result);

    public override ValueTask<InterceptionResult> ConnectionOpeningAsync(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Refuse(eventData, result));

    private static InterceptionResult Refuse(ConnectionEventData of, InterceptionResult result) => of.Context is FundDb { IsInTransaction: true }
        ? throw new NpgsqlException("The connection broke between two statements.", new IOException("It would be opened anew."))
        : result;
}
