using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>A project that costs are for.</summary>
public sealed class Project
{
    public required int BookId { get; init; }

    public long ProjectId { get; init; }

    public required string Code { get; init; }

    public required string Name { get; init; }

    /// <summary>The fund that mainly pays for it; null if there is none.</summary>
    public int? FundId { get; init; }

    /// <summary>Key of its class in <c>reports/project-classes.yaml</c>, or empty.</summary>
    public required string ProjectClass { get; init; }

    /// <summary>Where it is done, or empty; clauses on an area ask for it.</summary>
    public required string Community { get; init; }

    public required LocalDate OpenedOn { get; init; }

    public LocalDate? ClosedOn { get; set; }

    /// <summary>No class or project is known by what was typed, or the project is closed.</summary>
    public const string Unknown = "project.unknown";

    /// <summary>The tags of a cost: its project, and its class where it is not simply the project's.</summary>
    /// <exception cref="RefusedException">There is no such class or open project.</exception>
    internal static async Task<Tags> Tagged(Work work, string? projectClass, long? project, CancellationToken ct)
    {
        Project? known = project is null ? null : await work.Db.Set<Project>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.ProjectId == project && row.ClosedOn == null, ct)
            ?? throw new RefusedException(Unknown, ("typed", project));
        string key = projectClass is { Length: > 0 } said ? said : known?.ProjectClass ?? "";
        return key.Length == 0 || Books.ProjectClass.Find(key) is { For.Count: 0 }
            ? new Tags(ProjectClass: key.Length == 0 ? null : key, Project: known?.ProjectId)
            : throw new RefusedException(Unknown, ("typed", key));
    }

    internal sealed class Mapping : IEntityTypeConfiguration<Project>
    {
        public void Configure(EntityTypeBuilder<Project> entity)
        {
            entity.HasKey(project => new { project.BookId, project.ProjectId });
            entity.Property(project => project.ProjectId).ValueGeneratedOnAdd();
        }
    }
}
