using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>
/// The database as the app sees it. Entities live in the folder of their feature with their mapping below them; this
/// class only gives them snake-case names and the types of the house.
/// </summary>
public sealed class FundDb(DbContextOptions<FundDb> options) : DbContext(options)
{
    /// <summary>A session's transaction stands on its connection, so no other may take its place.</summary>
    internal bool IsInTransaction { get; set; }

    public DbSet<Book> Books => Set<Book>();

    public DbSet<Fund> Funds => Set<Fund>();

    public DbSet<LedgerAccount> Accounts => Set<LedgerAccount>();

    public DbSet<Voucher> Vouchers => Set<Voucher>();

    public DbSet<VoucherLine> VoucherLines => Set<VoucherLine>();

    public DbSet<PostedEntry> Entries => Set<PostedEntry>();

    public DbSet<PostedLine> Postings => Set<PostedLine>();

    public DbSet<Balance> Balances => Set<Balance>();

    public DbSet<Person> People => Set<Person>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configuration)
    {
        configuration.Properties<LocalDate>().HaveConversion<LocalDateConverter>();
        configuration.Properties<Instant>().HaveConversion<InstantConverter>();
    }

    protected override void OnModelCreating(ModelBuilder model)
    {
        model.ApplyConfigurationsFromAssembly(typeof(FundDb).Assembly);
        foreach (IMutableEntityType entity in model.Model.GetEntityTypes())
        {
            if (((IConventionEntityType)entity).GetTableNameConfigurationSource() != ConfigurationSource.Explicit)
            {
                entity.SetTableName(Snake(entity.ClrType.Name));
            }

            foreach (IMutableProperty property in entity.GetProperties())
            {
                if (property.FindAnnotation(RelationalAnnotationNames.ColumnName) is null)
                {
                    property.SetColumnName(Snake(property.Name));
                }
            }
        }
    }

    internal static string Snake(string name)
    {
        StringBuilder snake = new();
        for (int i = 0; i < name.Length; i++)
        {
            if (char.IsUpper(name[i]) && i > 0)
            {
                snake.Append('_');
            }

            snake.Append(char.ToLowerInvariant(name[i]));
        }

        return snake.ToString();
    }

    private sealed class LocalDateConverter() : ValueConverter<LocalDate, DateOnly>(
        date => new DateOnly(date.Year, date.Month, date.Day),
        date => new LocalDate(date.Year, date.Month, date.Day));

    private sealed class InstantConverter() : ValueConverter<Instant, DateTime>(
        instant => instant.ToDateTimeUtc(),
        time => Instant.FromDateTimeUtc(DateTime.SpecifyKind(time, DateTimeKind.Utc)));
}
